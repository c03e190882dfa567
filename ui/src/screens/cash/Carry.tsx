import { Button, TextInput } from "@mantine/core";
import { type ReactNode, type RefObject, useRef, useState } from "react";
import type { CashView, DenominationCount, PlaceView, TransferView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoney, parseAmount } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import type { Typed } from "../drawer/counting";
import { Denominations, useCounted } from "../drawer/Denominations";
import { useDraft } from "../drawer/draft";
import styles from "../drawer/Drawer.module.css";
import { CountTrouble } from "../drawer/OpenDrawer";
import { drawerAt, placeAt, placeKey, placeName, sendReasons } from "./places";

/** Cash counted by note and coin, or typed as one amount where that is quicker. */
function useCash(of: string) {
  const { till } = useDuty();
  const [{ typed, amount }, setDraft, drop] = useDraft<{ typed: Typed; amount: string }>(of, { typed: {}, amount: "" });
  const setTyped = (next: Typed) => setDraft({ typed: next, amount });
  const setAmount = (next: string) => setDraft({ typed, amount: next });
  const counted = useCounted(till, typed);
  const denominations = counted.denominations.filter(({ count }) => count > 0);
  const isCounted = denominations.length > 0;
  const amountMinor = isCounted ? counted.totalMinor : parseAmount(amount);
  return { till, typed, setTyped, amount, setAmount, drop, counted, denominations, isCounted, amountMinor };
}

type Cash = ReturnType<typeof useCash>;
const noteOf = (text: string) => (text.trim() === "" ? null : text.trim());

/** The grid on the left; at the right what it comes to, and whatever else is to be said. */
function Page({ cash, title, lead, act, isBusy, onDone, onBack, error, amountField, tried, children, testid }: {
  cash: Cash;
  title: string;
  lead: string;
  act: string;
  isBusy: boolean;
  onDone: () => void;
  onBack: () => void;
  error: Parameters<typeof Refusal>[0]["error"];
  amountField: RefObject<HTMLInputElement | null>;
  tried: boolean;
  children: ReactNode;
  testid: string;
}) {
  useKeys([
    { id: `${testid}.done`, key: "F12", label: act, run: onDone, main: true },
    { id: `${testid}.back`, key: "Escape", label: t("act.back"), run: onBack },
  ]);
  return (
    <div className={styles.split} data-testid={testid}>
      <div className={styles.main}>
        <h1 className={layout.title}>{title}</h1>
        <p className={layout.lead}>{lead}</p>
        <Denominations till={cash.till} typed={cash.typed} onTyped={cash.setTyped} counted={cash.counted} onEnd={onDone} autoFocus={false} />
      </div>
      <aside className={styles.side}>
        {cash.isCounted ? (
          <div>
            <span className={layout.figureLabel}>{t("drawer.count.sum")}</span>
            <output className={layout.figure} data-testid="carry-sum">
              {formatMoney(cash.counted.totalMinor)}
            </output>
          </div>
        ) : (
          <AmountField
            ref={amountField}
            label={t("movement.amount")}
            description={t("carry.orByNote")}
            text={cash.amount}
            onText={cash.setAmount}
            onEnter={onDone}
            error={tried && cash.amountMinor === null ? t("movement.amountNeeded") : undefined}
            testid="carry-amount"
            autoFocus
          />
        )}
        {children}
        <span className={styles.grow} />
        <div className={styles.goOn}>
          <CountTrouble unreadable={cash.counted.unreadable} />
          <Refusal error={error} />
          <Button size="lg" h={56} onClick={onDone} loading={isBusy} rightSection={<Kbd>F12</Kbd>} data-testid="carry-done">
            {act}
          </Button>
        </div>
      </aside>
    </div>
  );
}

function Note({ label, text, onText, onEnter, maxLength, testid }: { label: string; text: string; onText: (text: string) => void; onEnter: () => void; maxLength: number; testid: string }) {
  return (
    <TextInput
      label={label}
      value={text}
      maxLength={maxLength}
      autoComplete="off"
      onChange={(event) => onText(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") onEnter();
      }}
      data-testid={testid}
    />
  );
}

type SendProps = {
  /** From where it can go, the usual one first. */
  from: readonly PlaceView[];
  /** To where it usually goes. */
  to: PlaceView;
  tillNos: readonly number[];
  onSent: (cash: CashView, transferId: string) => void;
  onBack: () => void;
};

/** Sends cash on its way: from where, to where, how much, in which bag. */
export function Send({ from: places, to: usual, tillNos, onSent, onBack }: SendProps) {
  const { till } = useDuty();
  const cash = useCash("send");
  const [entryId] = useState(newId);
  const [from, setFrom] = useState<PlaceView>(places[0] ?? placeAt("drawer"));
  const [to, setTo] = useState<PlaceView>(usual);
  const [reason, setReason] = useState<string | null>(null);
  const [bagNo, setBagNo] = useState("");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const amountField = useRef<HTMLInputElement>(null);
  const sending = useAct("send_cash", (view) => {
    cash.drop();
    onSent(view, entryId);
  });
  const here = useAsk("drawer", {}).data?.drawer ?? { tillNo: till.tillNo, letter: null };
  const own = drawerAt(here);
  const drawers = tillNos.map((tillNo) => drawerAt({ tillNo, letter: null }));
  const all: PlaceView[] = [placeAt("safe"), placeAt("bank"), placeAt("driver_bag"), ...drawers, ...(here.letter === null ? [] : [own])];
  const fromKey = placeKey(from.place === "drawer" ? own : from);
  const targets = all.filter((place) => placeKey(place) !== fromKey);
  const target = targets.find((place) => placeKey(place) === placeKey(to)) ?? targets[0] ?? to;
  const reasons = sendReasons(from, target);
  const chosen = reason !== null && reasons.includes(reason) ? reason : (reasons[0] ?? "other");

  const send = () => {
    if (sending.isPending || cash.counted.unreadable !== null) return;
    if (cash.amountMinor === null || cash.amountMinor <= 0) {
      setTried(true);
      amountField.current?.focus();
      return;
    }
    sending.mutate({ entryId, from, to: target, amountMinor: cash.amountMinor, denominations: cash.denominations, reason: chosen, bagNo: noteOf(bagNo), note: noteOf(note) });
  };
  // Nothing was counted here that would have to be counted again.
  const back = () => {
    cash.drop();
    onBack();
  };
  const choice = (place: PlaceView) => ({ value: placeKey(place), label: placeName(place) });
  return (
    <Page cash={cash} title={t("carry.send")} lead={t("carry.sendLead")} act={t("carry.send")} isBusy={sending.isPending} onDone={send} onBack={back} error={sending.error} amountField={amountField} tried={tried} testid="send-cash">
      {places.length > 1 && (
        <Choices columns={2} label={t("carry.from")} choices={places.map(choice)} chosen={placeKey(from)} onChoose={(key) => setFrom(places.find((place) => placeKey(place) === key) ?? from)} onEnter={send} testid="carry-from" />
      )}
      <Choices columns={2} label={t("carry.to")} choices={targets.map(choice)} chosen={placeKey(target)} onChoose={(key) => setTo(targets.find((place) => placeKey(place) === key) ?? target)} onEnter={send} testid="carry-to" />
      {reasons.length > 1 && (
        <Choices label={t("movement.reason")} choices={reasons.map((value) => ({ value, label: lookUp(`reason.sent.${value}`) ?? value }))} chosen={chosen} onChoose={setReason} onEnter={send} testid="carry-reason" />
      )}
      <Note label={t("carry.bagNo")} text={bagNo} onText={setBagNo} onEnter={send} maxLength={60} testid="carry-bag" />
      <Note label={t("movement.note")} text={note} onText={setNote} onEnter={send} maxLength={200} testid="carry-note" />
    </Page>
  );
}

/** Accepts cash that was sent with what is counted of it, or takes it back. */
export function Accept({ transfer, isReturn, onAccepted, onBack }: { transfer: TransferView; isReturn: boolean; onAccepted: (cash: CashView) => void; onBack: () => void }) {
  const cash = useCash(`accept ${transfer.transferId}`);
  const [entryId] = useState(newId);
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const amountField = useRef<HTMLInputElement>(null);
  const accepting = useAct("accept_cash", (view) => {
    cash.drop();
    onAccepted(view);
  });
  const accept = () => {
    if (accepting.isPending || cash.counted.unreadable !== null) return;
    if (cash.amountMinor === null || cash.amountMinor < 0) {
      setTried(true);
      amountField.current?.focus();
      return;
    }
    const denominations: DenominationCount[] = cash.denominations;
    accepting.mutate({ entryId, transferId: transfer.transferId, isReturn, countedMinor: cash.amountMinor, denominations, note: noteOf(note) });
  };
  const at = isReturn ? transfer.from : transfer.to;
  return (
    <Page cash={cash} title={t(isReturn ? "carry.takeBack" : "carry.accept")} lead={t("carry.acceptLead", { from: placeName(transfer.from), at: placeName(at), person: transfer.person })} act={t(isReturn ? "carry.takeBack" : "carry.accept")} isBusy={accepting.isPending} onDone={accept} onBack={onBack} error={accepting.error} amountField={amountField} tried={tried} testid="accept-cash">
      {transfer.bagNo !== null && (
        <p className={layout.muted}>
          {t("carry.bagNo")}: <strong className="selectable">{transfer.bagNo}</strong>
        </p>
      )}
      <Note label={t("movement.note")} text={note} onText={setNote} onEnter={accept} maxLength={200} testid="carry-note" />
    </Page>
  );
}
