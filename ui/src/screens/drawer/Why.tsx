import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import type { CauseEvidence, CausePart, CausesView, CauseView, ExplainedView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatAmount, formatMoment, formatMoney, formatSigned } from "../../format";
import { useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Failed, Loading } from "../../parts/states";
import { OverShort, overShortWord } from "./OverShort";
import styles from "./Why.module.css";

/** As much evidence of one kind as is read at a glance. */
const MOST_SHOWN = 5;

type Props = {
  cashSessionId: string;
  overShortMinor: number;
};

/** Beside an over/short: asks what may explain it. Only for those who may see what a drawer should hold. */
export function Why({ cashSessionId, overShortMinor }: Props) {
  const isOffered = useMay("see_expected") && overShortMinor !== 0;
  const [isOpen, setOpen] = useState(false);
  const label = t(overShortMinor < 0 ? "why.open.short" : "why.open.over");
  useKeys([{ id: "why.open", key: "F11", label, run: () => setOpen(true), disabled: !isOffered || isOpen }]);
  if (!isOffered) return null;
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)} rightSection={<Kbd>F11</Kbd>} data-testid="why">
        {label}
      </Button>
      {isOpen && <Causes cashSessionId={cashSessionId} title={label} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The ids of a choice, each minted once: what is tried again after a silence is the same entry. */
function useIdsOfParts() {
  const ids = useRef(new Map<string, string>());
  return {
    of: (part: CausePart) => {
      const key = [part.kind, part.amountMinor, part.denominationMinor, ...part.evidence.map(({ entryId }) => entryId)].join(" ");
      const id = ids.current.get(key) ?? newId();
      ids.current.set(key, id);
      return id;
    },
    forget: () => ids.current.clear(),
  };
}

/** The causes, the likeliest first, each with its evidence; or the sentence that there is none to be found. */
function Causes({ cashSessionId, title, onClose }: { cashSessionId: string; title: string; onClose: () => void }) {
  const why = useAsk("causes", { cashSessionId });
  const [at, setAt] = useState("0");
  const [note, setNote] = useState("");
  const ids = useIdsOfParts();
  const explaining = useAct("explain_over_short");
  const place = usePlace();
  const may = useMay("settle");
  const causes = why.data?.causes ?? [];
  const cause = causes[Number(at)];
  const sale = cause === undefined ? undefined : saleOf(cause);

  const choose = async () => {
    if (cause === undefined || explaining.isPending) return;
    for (const part of cause.parts) {
      await explaining.mutateAsync({
        entryId: ids.of(part),
        cashSessionId,
        kind: part.kind,
        amountMinor: part.amountMinor,
        evidence: part.evidence.map((each) => each.entryId),
        note: note.trim() === "" ? null : note.trim(),
      });
    }
    ids.forget();
    setNote("");
    setAt("0");
  };
  return (
    <Dialog
      title={why.data === undefined ? title : titleOf(why.data.overShortMinor)}
      onClose={onClose}
      width={720}
      acts={[
        ...(causes.some(saleOf) ? [{ id: "why.sale", key: "F3", label: t("why.openSale"), run: () => sale !== undefined && place.go("sales", { saleId: sale.entryId }), disabled: sale === undefined }] : []),
        // What was refused is said by the notice below.
        ...(causes.length > 0 ? [{ id: "why.choose", key: "Enter", label: t("why.choose"), run: () => void choose().catch(() => undefined), main: true, disabled: cause === undefined || !may }] : []),
      ]}
      testid="why-dialog"
    >
      <div className={styles.found}>
        {why.data === undefined ? (
          why.isError ? <Failed error={why.error} again={() => void why.refetch()} /> : <Loading rows={3} />
        ) : (
          <Found why={why.data} at={at} onAt={setAt} cause={cause} />
        )}
      </div>
      {cause !== undefined && may && cause.parts.some((part) => !isCorrected(part)) && (
        <TextInput label={t("movement.note")} value={note} maxLength={200} autoComplete="off" onChange={(event) => setNote(event.currentTarget.value)} data-testid="why-note" />
      )}
      {cause !== undefined && <p className={layout.muted}>{may ? whatItDoes(cause) : t("may.managers")}</p>}
      <Refusal error={explaining.error} />
    </Dialog>
  );
}

function titleOf(overShortMinor: number): string {
  return t(`why.title.${overShortWord(overShortMinor)}`, { amount: formatAmount(Math.abs(overShortMinor)) });
}

function saleOf(cause: CauseView): CauseEvidence | undefined {
  return cause.parts.flatMap((part) => part.evidence).find((each) => each.receiptNo !== null);
}

/** Whether choosing it puts the tender of a sale right; anything else is noted. */
function isCorrected(part: CausePart): boolean {
  return ["cash_was_card", "card_was_cash"].includes(part.kind) && part.evidence.length === 1;
}

function whatItDoes(cause: CauseView): string {
  const corrects = cause.parts.some(isCorrected) ? [t("why.corrects")] : [];
  const notes = cause.parts.every(isCorrected) ? [] : [t("why.notes")];
  return [...corrects, ...notes].join(" ");
}

function Found({ why, at, onAt, cause }: { why: CausesView; at: string; onAt: (at: string) => void; cause: CauseView | undefined }) {
  return (
    <>
      {why.overShortMinor === 0 ? (
        <Notice tone="plain" testid="why-even">
          {t("why.even")}
        </Notice>
      ) : why.causes.length === 0 ? (
        <Notice tone="plain" testid="why-none">
          {t("why.none")}
        </Notice>
      ) : (
        <Choices
          label={t("why.list")}
          choices={why.causes.map((each, index) => ({ value: String(index), label: <Parts parts={each.parts} /> }))}
          chosen={at}
          onChoose={onAt}
          testid="why-cause"
          autoFocus
        />
      )}
      {cause !== undefined && <Evidence cause={cause} />}
      {why.explained.length > 0 && <Explained explained={why.explained} />}
    </>
  );
}

/** What may have happened, each with what it comes to; of two together each has a line. */
function Parts({ parts }: { parts: readonly CausePart[] }) {
  return parts.map((part, index) => (
    <span key={index} className={styles.part}>
      <span>{index === 0 ? partWords(part) : `+ ${partWords(part)}`}</span>
      <span className={styles.amount}>{formatSigned(part.amountMinor)}</span>
    </span>
  ));
}

function Evidence({ cause }: { cause: CauseView }) {
  const place = usePlace();
  const parts = cause.parts.filter((part) => part.evidence.length > 0);
  if (parts.length === 0) return null;
  return (
    <section>
      <h3 className={styles.label}>{t("why.evidence")}</h3>
      <ul className={styles.rows} data-testid="why-evidence">
        {parts.map((part, index) => {
          const shown = part.evidence.slice(0, MOST_SHOWN);
          const left = part.evidence.length - shown.length;
          return [
            cause.parts.length > 1 && (
              <li key={index} className={styles.of}>
                {partWords(part)}
              </li>
            ),
            ...shown.map((each) => (
              <li key={`${index} ${each.entryId}`}>
                <span>{`${formatMoment(each.atMs)} · ${each.person}`}</span>
                <span>
                  {each.receiptNo !== null && (
                    <button type="button" className={layout.link} onClick={() => place.go("sales", { saleId: each.entryId })}>
                      {each.receiptNo}
                    </button>
                  )}
                </span>
                <span className={styles.amount}>{amountWords(each)}</span>
              </li>
            )),
            left > 0 && (
              <li key={`${index} left`} className={styles.of}>
                {t("why.more", { count: left })}
              </li>
            ),
          ];
        })}
      </ul>
    </section>
  );
}

/** A receipt says its total, which need not be what is over or short. */
function amountWords({ receiptNo, amountMinor }: CauseEvidence): string {
  if (receiptNo === null) return formatAmount(amountMinor);
  return t(amountMinor < 0 ? "why.refundOf" : "why.saleOf", { amount: formatAmount(Math.abs(amountMinor)) });
}

/** What somebody said already. */
function Explained({ explained }: { explained: readonly ExplainedView[] }) {
  return (
    <section>
      <h3 className={styles.label}>{t("why.said")}</h3>
      <ul className={styles.rows} data-testid="why-said">
        {explained.map((said) => (
          <li key={said.entryId}>
            <span>
              {lookUp(`said.${said.kind}`) ?? lookUp(`cause.${said.kind}`) ?? said.kind}
              <small className={styles.small}>{[`${formatMoment(said.atMs)} · ${said.person}`, ...(said.note === null ? [] : [said.note])].join(" · ")}</small>
            </span>
            <span />
            <span className={styles.amount}>
              <OverShort minor={said.amountMinor} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function partWords(part: CausePart): string {
  const params = { denomination: part.denominationMinor === null ? "" : formatMoney(part.denominationMinor), till: part.tillNo ?? "" };
  return lookUp(`cause.${part.kind}`, params) ?? part.kind;
}
