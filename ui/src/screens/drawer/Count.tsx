import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { CountDrawer, DrawerView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { decimalMark, formatMoney, formatTime, parseAmount } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { NumberPad } from "../../parts/NumberPad";
import { Notice, Refusal } from "../../parts/Notice";

import type { Typed } from "./counting";
import { Denominations, useCounted } from "./Denominations";
import { useDraft } from "./draft";
import styles from "./Drawer.module.css";
import { CountTrouble } from "./OpenDrawer";
import { Parts, useParts } from "./Parts";

type Draft = { typed: Typed; card: string; voucher: string; without: readonly string[] };
const EMPTY: Draft = { typed: {}, card: "", voucher: "", without: [] };
const RECOUNT_REASONS = ["miscounted", "second_person", "found_more"] as const;
const OUTDATED_REASONS = ["sold_since", ...RECOUNT_REASONS] as const;

type Props = {
  session: Pick<DrawerView, "cashSessionId" | "countNo" | "outdatedCountMs">;
  /** What a drawer is called that this till does not work at. */
  elsewhere?: string;
  onCounted: () => void;
  onBack: () => void;
};

/** The blind count: what is in the drawer, and nothing about what should be. */
export function Count({ session, elsewhere, onCounted, onBack }: Props) {
  const { till } = useDuty();
  const isRecount = session.countNo > 0;
  const isOutdated = session.outdatedCountMs !== null;
  const sessionId = session.cashSessionId ?? "";
  const [draft, setDraft, dropDraft] = useDraft<Draft>(`count ${sessionId} ${session.countNo}`, EMPTY);
  const [reason, setReason] = useState<(typeof OUTDATED_REASONS)[number] | null>(isOutdated ? "sold_since" : null);
  const [entryId] = useState(newId);
  // What was asked back once; the same key again then goes on.
  const [asked, setAsked] = useState<"nothing" | "noCard" | "doubt" | null>(null);
  const [confirmed, setConfirmed] = useState(false);
  const [tried, setTried] = useState(false);
  const cardField = useRef<HTMLInputElement>(null);
  const voucherField = useRef<HTMLInputElement>(null);
  const reasonField = useRef<HTMLInputElement>(null);
  const { parts, taken, beside } = useParts(sessionId, draft.without);
  const counted = useCounted(till, draft.typed, beside);
  const ended = () => {
    dropDraft();
    onCounted();
  };
  const here = useAct("count_drawer", ended);
  const there = useAct("count_other", ended);
  const counting = elsewhere === undefined ? here : there;

  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    setAsked(null);
    setConfirmed(false);
  };
  const isDoubtful = counted.manyOfMinor !== null || counted.isMuch;
  const isEmpty = taken.length === 0 && counted.denominations.every(({ count }) => count === 0);
  const card = draft.card.trim() === "" ? 0 : parseAmount(draft.card);
  const voucher = draft.voucher.trim() === "" ? 0 : parseAmount(draft.voucher);

  const done = () => {
    if (counting.isPending || counted.unreadable !== null) return;
    if (card === null || card < 0) return cardField.current?.focus();
    if (voucher === null || voucher < 0) return voucherField.current?.focus();
    if (isRecount && reason === null) {
      setTried(true);
      return reasonField.current?.focus();
    }
    if (isEmpty && asked !== "nothing") return setAsked("nothing");
    if (isDoubtful && !confirmed) {
      setConfirmed(true);
      return setAsked("doubt");
    }
    if (!isEmpty && draft.card.trim() === "" && asked !== "noCard") {
      setAsked("noCard");
      return cardField.current?.focus();
    }
    const count: CountDrawer = {
      entryId,
      denominations: counted.denominations,
      parts: taken.map((part) => part.entryId),
      other: [
        { kind: "card", countedMinor: card },
        { kind: "voucher", countedMinor: voucher },
      ],
      recountReason: reason,
    };
    if (elsewhere !== undefined) there.mutate({ cashSessionId: sessionId, count });
    else here.mutate(count);
  };
  useKeys([
    { id: "count.done", key: "F12", label: t("drawer.count.done"), run: done, main: true },
    { id: "count.back", key: "Escape", label: t("act.back"), run: onBack },
  ]);

  return (
    <div className={styles.split} data-testid="count-screen">
      <div className={styles.main}>
        <h1 className={layout.title}>
          {elsewhere === undefined ? t(isRecount ? "drawer.recount.title" : "drawer.count.title") : t(isRecount ? "drawer.recount.titleOf" : "drawer.count.titleOf", { drawer: elsewhere })}
        </h1>
        {session.outdatedCountMs !== null && (
          <Notice tone="amber" testid="count-outdated">
            {t("drawer.session.outdated", { time: formatTime(session.outdatedCountMs) })}
          </Notice>
        )}
        <p className={layout.lead}>{t("drawer.count.lead")}</p>
        <Denominations
          till={till}
          typed={draft.typed}
          onTyped={(typed) => change({ typed })}
          counted={counted}
          wrong={asked === "doubt" ? counted.manyOfMinor : null}
          beside={beside}
          onEnd={() => cardField.current?.focus()}
        />
        <Parts parts={parts} without={draft.without} onWithout={(without) => change({ without })} />
      </div>
      <aside className={styles.side}>
        <div>
          <span className={layout.figureLabel}>{t("drawer.count.sum")}</span>
          <output className={layout.figure} data-testid="count-sum">
            {formatMoney(counted.totalMinor)}
          </output>
        </div>
        <AmountField
          ref={cardField}
          label={t("drawer.count.card")}
          text={draft.card}
          onText={(text) => change({ card: text })}
          onEnter={() => voucherField.current?.focus()}
          testid="count-card"
        />
        <AmountField
          ref={voucherField}
          label={t("drawer.count.voucher")}
          text={draft.voucher}
          onText={(text) => change({ voucher: text })}
          onEnter={() => (isRecount ? reasonField.current?.focus() : done())}
          testid="count-voucher"
        />
        {isRecount && (
          <Choices
            ref={reasonField}
            label={t("drawer.recount.why")}
            choices={(isOutdated ? OUTDATED_REASONS : RECOUNT_REASONS).map((value) => ({ value, label: lookUp(`reason.recount.${value}`) ?? value }))}
            chosen={reason}
            onChoose={setReason}
            onEnter={done}
            testid="recount-reason"
          />
        )}
        <NumberPad marks={["*", decimalMark()]} />
        <span className={styles.grow} />
        <div className={styles.goOn}>
          <CountTrouble unreadable={counted.unreadable} />
          {tried && isRecount && reason === null && <Notice tone="amber">{t("drawer.recount.why")}</Notice>}
          {asked !== null && (
            <Notice tone="amber" testid="count-asked">
              {asked !== "doubt"
                ? t(`drawer.count.${asked}`, { key: "F12" })
                : counted.manyOfMinor !== null
                  ? t("drawer.count.many", { value: formatMoney(counted.manyOfMinor), key: "F12" })
                  : t("drawer.count.much", { total: formatMoney(counted.totalMinor), key: "F12" })}
            </Notice>
          )}
          <Refusal error={counting.error} />
          <Button size="lg" h={56} onClick={done} loading={counting.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="count-done">
            {t("drawer.count.done")}
          </Button>
        </div>
      </aside>
    </div>
  );
}
