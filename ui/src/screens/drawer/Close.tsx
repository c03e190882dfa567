import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import type { CloseSession, CountedView, MovementView, ReportView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatAmount, formatMoney, formatTime } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";

import { asTyped, takeOut, type Typed } from "./counting";
import { Denominations, useCounted } from "./Denominations";
import styles from "./Drawer.module.css";
import { HandOver } from "./HandOver";
import { MovementList } from "./MovementList";
import { CountTrouble } from "./OpenDrawer";
import { OverShort } from "./OverShort";
import { useParts } from "./Parts";
import { Why } from "./Why";

const CLOSE_REASONS = ["miscount_suspected", "change_error", "missing_slip", "theft_suspected", "unknown"] as const;

const NONE: readonly string[] = [];

const WAITING_REASONS = ["receiver_away", "accepted_tomorrow", "being_looked_into"] as const;

type Props = {
  /** What happened since the drawer was opened; none where that is not known here. */
  movements: readonly MovementView[] | null;
  /** Cash of the drawer is still on its way. */
  isWaiting?: boolean;
  cashSessionId: string;
  /** What a drawer is called that this till does not work at. */
  elsewhere?: string;
  count: CountedView;
  onRecount: () => void;
  /** Back to the session, where cash can still be moved; then it is counted again. */
  onBack: () => void;
  /** The Z; none for the drawer of another till. */
  onClosed: (z: ReportView | null) => void;
};

/** After the count: expected against counted, what stays as the next float, and the Z. */
export function Close({ movements, isWaiting = false, cashSessionId, elsewhere, count, onRecount, onBack, onClosed }: Props) {
  const { till } = useDuty();
  const [typed, setTyped] = useState<Typed>(() => asTyped(count.proposedFloat));
  const [reason, setReason] = useState<(typeof CLOSE_REASONS)[number] | null>(null);
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const [entryId] = useState(newId);
  const [giving, setGiving] = useState<CloseSession | null>(null);
  const reasonField = useRef<HTMLInputElement>(null);
  const noteField = useRef<HTMLInputElement>(null);
  const float = useCounted(till, typed);
  const { left, tooMany } = takeOut(count.denominations, float.denominations);
  const toSafe = useAsk("sum_denominations", { denominations: left }, { keep: true });
  const [waiting, setWaiting] = useState<(typeof WAITING_REASONS)[number] | null>(null);
  const waitingField = useRef<HTMLInputElement>(null);
  const here = useAct("close_session", onClosed);
  const there = useAct("close_other", () => onClosed(null));
  const closing = elsewhere === undefined ? here : there;
  // Only the till that works at a drawer makes a Z with its close.
  const label = t(elsewhere === undefined ? "drawer.close.do" : "cash.closeIt");
  const needsWaiting = isWaiting || closing.error?.code === "still_on_its_way";
  const partLeft = useParts(cashSessionId, NONE).taken[0];
  const cash = count.rows.find(({ kind }) => kind === "cash");

  /** Closes, or hands the drawer over: both say what it is over or short. */
  const finish = (to: "safe" | "person") => {
    if (closing.isPending || float.unreadable !== null || tooMany !== null) return;
    if (count.needsReason && reason === null) {
      setTried(true);
      reasonField.current?.focus();
      return;
    }
    if (needsWaiting && waiting === null) {
      setTried(true);
      waitingField.current?.focus();
      return;
    }
    const close: CloseSession = {
      entryId,
      reason,
      note: note.trim() === "" ? null : note.trim(),
      nextFloat: float.denominations.filter((each) => each.count > 0),
      seenExpectedMinor: cash?.expectedMinor ?? 0,
      onItsWayReason: waiting,
    };
    if (to === "person") setGiving(close);
    else if (elsewhere !== undefined) there.mutate({ cashSessionId, close });
    else here.mutate(close);
  };
  const close = () => finish("safe");
  useKeys([
    ...(elsewhere !== undefined ? [] : [{ id: "close.handOver", key: "F9", label: t("drawer.handOver"), run: () => finish("person") }]),
    { id: "close.do", key: "F12", label, run: close, main: true },
    { id: "close.recount", key: "F6", label: t("drawer.close.recount"), run: onRecount, disabled: count.needsSecondPerson },
    { id: "close.back", key: "Escape", label: t("act.back"), run: onBack },
  ]);

  return (
    <div className={styles.closing} data-testid="close-screen">
      {giving !== null && <HandOver close={giving} countedMinor={cash?.countedMinor ?? 0} onDone={onBack} onBack={() => setGiving(null)} />}
      <div className={styles.main}>
        <h1 className={layout.title}>{elsewhere === undefined ? t("drawer.close.title") : t("drawer.close.titleOf", { drawer: elsewhere })}</h1>
        <p className={layout.lead}>
          {t("drawer.close.countNo", { no: count.countNo, person: count.person, time: formatTime(count.atMs) })}
        </p>
        <table className={`${layout.table} ${styles.results}`}>
          <thead>
            <tr>
              <th>{t("drawer.close.tender")}</th>
              <th className={layout.number}>{t("drawer.close.expected")}</th>
              <th className={layout.number}>{t("drawer.close.counted")}</th>
              <th className={layout.number}>{t("drawer.close.overShort")}</th>
            </tr>
          </thead>
          <tbody>
            {count.rows.map((row) => (
              <tr key={row.kind} data-testid={`result-${row.kind}`}>
                <td>{lookUp(`tender.${row.kind}`) ?? row.kind}</td>
                <td className={layout.number} data-testid={`expected-${row.kind}`}>
                  {formatAmount(row.expectedMinor)}
                </td>
                <td className={layout.number} data-testid={`counted-${row.kind}`}>
                  {formatAmount(row.countedMinor)}
                </td>
                <td className={layout.number}>
                  <OverShort minor={row.overShortMinor} testid={`over-short-${row.kind}`} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {partLeft !== undefined && (
          <div className={styles.why}>
            <Notice tone="amber" testid="part-left">
              {t("drawer.close.partLeft", { person: partLeft.person, amount: formatMoney(partLeft.countedMinor), time: formatTime(partLeft.atMs) })}
            </Notice>
          </div>
        )}
        <div className={styles.why}>
          <Why cashSessionId={cashSessionId} overShortMinor={cash?.overShortMinor ?? 0} />
        </div>
        <div className={styles.form} style={{ marginTop: 24 }}>
          {count.needsReason && (
            <Choices
              ref={reasonField}
              columns={2}
              label={t("drawer.close.why")}
              choices={CLOSE_REASONS.map((value) => ({ value, label: lookUp(`reason.close.${value}`) ?? value }))}
              chosen={reason}
              onChoose={setReason}
              onEnter={() => noteField.current?.focus()}
              testid="close-reason"
              autoFocus
            />
          )}
          {needsWaiting && (
            <Choices
              ref={waitingField}
              label={t("close.waiting")}
              choices={WAITING_REASONS.map((value) => ({ value, label: lookUp(`reason.waiting.${value}`) ?? value }))}
              chosen={waiting}
              onChoose={setWaiting}
              onEnter={() => noteField.current?.focus()}
              testid="close-waiting"
              autoFocus={!count.needsReason}
            />
          )}
          <TextInput
            ref={noteField}
            label={t("movement.note")}
            value={note}
            maxLength={200}
            autoComplete="off"
            onChange={(event) => setNote(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") close();
            }}
            data-testid="close-note"
          />
        </div>
        {movements !== null && (
          <>
            <h2 style={{ margin: "24px 0 8px" }}>{t("drawer.close.happened")}</h2>
            <MovementList movements={movements} empty={t("drawer.close.nothing")} />
          </>
        )}
      </div>
      <aside className={styles.side}>
        <div className={styles.pair}>
          <div>
            <span className={layout.figureLabel}>{t("drawer.close.float")}</span>
            <output className={styles.sum} data-testid="next-float">
              {formatMoney(float.totalMinor)}
            </output>
          </div>
          <div>
            <span className={layout.figureLabel}>{t("drawer.close.toSafe")}</span>
            <output className={styles.sum} data-testid="to-safe">
              {formatMoney(toSafe.data?.totalMinor ?? count.toSafeMinor)}
            </output>
          </div>
        </div>
        <Denominations
          till={till}
          typed={typed}
          onTyped={setTyped}
          counted={float}
          onEnd={() => (count.needsReason && reason === null ? reasonField.current?.focus() : close())}
          wrong={tooMany}
          of={new Map(count.denominations.map(({ valueMinor, count: there }) => [valueMinor, there]))}
          autoFocus={!count.needsReason && !needsWaiting}
        />
        <span className={styles.grow} />
        <div className={styles.goOn}>
          <CountTrouble unreadable={float.unreadable} />
          {tooMany !== null && (
            <Notice tone="red" testid="float-too-many">
              {t("drawer.close.tooMany", { value: formatMoney(tooMany) })}
            </Notice>
          )}
          {tried && count.needsReason && reason === null && (
            <Notice tone="amber" testid="close-reason-needed">
              {t("drawer.close.whyNeeded")}
            </Notice>
          )}
          {tried && needsWaiting && waiting === null && (
            <Notice tone="amber" testid="close-waiting-needed">
              {t("close.waitingNeeded")}
            </Notice>
          )}
          <Refusal error={closing.error?.code === "still_on_its_way" ? null : closing.error} />
          {count.needsSecondPerson && (
            <Notice tone="plain" testid="recount-second">
              {t("drawer.close.secondRecounts")}
            </Notice>
          )}
          <div className={styles.pair}>
            <Button variant="default" size="lg" h={56} onClick={onRecount} disabled={count.needsSecondPerson} rightSection={<Kbd>F6</Kbd>} data-testid="recount">
              {t("drawer.close.recount")}
            </Button>
            {elsewhere === undefined && (
              <Button variant="default" size="lg" h={56} onClick={() => finish("person")} rightSection={<Kbd>F9</Kbd>} data-testid="hand-over-drawer">
                {t("drawer.handOver")}
              </Button>
            )}
            <Button size="lg" h={56} onClick={close} loading={closing.isPending} rightSection={<Kbd>F12</Kbd>} style={elsewhere === undefined ? { gridColumn: "1 / -1" } : undefined} data-testid="close-session">
              {label}
            </Button>
          </div>
        </div>
      </aside>
    </div>
  );
}
