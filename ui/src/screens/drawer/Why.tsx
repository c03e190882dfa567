import { Button } from "@mantine/core";
import { useState } from "react";
import type { CausePart, CausesView, CauseView } from "../../backend";
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
import { OverShort } from "./OverShort";
import styles from "./Why.module.css";

/** Beside an over/short: asks what may explain it. Only for those who may see what a drawer should hold. */
export function Why({ cashSessionId, overShortMinor }: { cashSessionId: string; overShortMinor: number }) {
  const isOffered = useMay("see_expected") && overShortMinor !== 0;
  const [isOpen, setOpen] = useState(false);
  useKeys([{ id: "why.open", key: "F11", label: t("why.open"), run: () => setOpen(true), disabled: !isOffered || isOpen }]);
  if (!isOffered) return null;
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)} rightSection={<Kbd>F11</Kbd>} data-testid="why">
        {t("why.open")}
      </Button>
      {isOpen && <Causes cashSessionId={cashSessionId} onClose={() => setOpen(false)} />}
    </>
  );
}

/** The causes, the likeliest first, each with its evidence; or the sentence that there is none to be found. */
function Causes({ cashSessionId, onClose }: { cashSessionId: string; onClose: () => void }) {
  const why = useAsk("causes", { cashSessionId });
  const [at, setAt] = useState("0");
  const explaining = useAct("explain_over_short");
  const place = usePlace();
  const may = useMay("settle");
  const cause = why.data?.causes[Number(at)];
  const sale = cause?.parts.flatMap((part) => part.evidence).find((each) => each.receiptNo !== null);

  const choose = async () => {
    if (cause === undefined || explaining.isPending) return;
    for (const part of cause.parts) {
      await explaining.mutateAsync({
        entryId: newId(),
        cashSessionId,
        kind: part.kind,
        amountMinor: part.amountMinor,
        evidence: part.evidence.map((each) => each.entryId),
        note: null,
      });
    }
    setAt("0");
  };
  return (
    <Dialog
      title={t("why.title", { amount: why.data === undefined ? "" : formatSigned(why.data.overShortMinor) })}
      onClose={onClose}
      width={720}
      acts={[
        { id: "why.sale", key: "F3", label: t("why.openSale"), run: () => sale !== undefined && place.go("sales", { saleId: sale.entryId }), disabled: sale === undefined },
        // What was refused is said by the notice below.
        { id: "why.choose", key: "Enter", label: t("why.choose"), run: () => void choose().catch(() => undefined), main: true, disabled: cause === undefined || !may },
      ]}
      testid="why-dialog"
    >
      {why.data === undefined ? (
        why.isError ? <Failed error={why.error} again={() => void why.refetch()} /> : <Loading rows={3} />
      ) : (
        <Found why={why.data} at={at} onAt={setAt} cause={cause} />
      )}
      <Refusal error={explaining.error} />
    </Dialog>
  );
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
          choices={why.causes.map((each, index) => ({ value: String(index), label: each.parts.map(partWords).join(" + "), hint: each.parts.map(({ amountMinor }) => formatSigned(amountMinor)).join("  ") }))}
          chosen={at}
          onChoose={onAt}
          testid="why-cause"
          autoFocus
        />
      )}
      {cause !== undefined && <Evidence cause={cause} />}
      {why.explained.length > 0 && (
        <>
          <span className={layout.figureLabel}>{t("why.said")}</span>
          <ul className={styles.evidence} data-testid="why-said">
            {why.explained.map((said) => (
              <li key={said.entryId}>
                <span>{lookUp(`cause.${said.kind}`, { denomination: "…", till: "…" }) ?? said.kind}</span>
                <span>{`${formatMoment(said.atMs)} · ${said.person}`}</span>
                <OverShort minor={said.amountMinor} />
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Evidence({ cause }: { cause: CauseView }) {
  const place = usePlace();
  const evidence = cause.parts.flatMap((part) => part.evidence);
  if (evidence.length === 0) return null;
  return (
    <>
      <span className={layout.figureLabel}>{t("why.evidence")}</span>
      <ul className={styles.evidence} data-testid="why-evidence">
        {evidence.map((each) => (
          <li key={each.entryId}>
            <span>{`${formatMoment(each.atMs)} · ${each.person}`}</span>
            <span>{formatAmount(each.amountMinor)}</span>
            {each.receiptNo === null ? (
              <span />
            ) : (
              <Button variant="subtle" size="compact-md" onClick={() => place.go("sales", { saleId: each.entryId })}>
                {each.receiptNo}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function partWords(part: CausePart): string {
  const params = { denomination: part.denominationMinor === null ? "" : formatMoney(part.denominationMinor), till: part.tillNo ?? "" };
  return lookUp(`cause.${part.kind}`, params) ?? part.kind;
}
