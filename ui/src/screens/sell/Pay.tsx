import { IconCash, IconCreditCard, IconTicket, IconUserDollar } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type BackendError, type BasketView, call, type CustomerView, type SaleDone, type TenderInput, type TenderQuote } from "../../backend";
import { approved } from "../../backend/approval";
import { alone, useAsk, useAskOnce } from "../../backend/queries";
import { formatAmount, parseAmount } from "../../format";
import { type Act, useKeys, useScan } from "../../keys/keys";
import { keepScan, useWaiting } from "../../keys/waiting";
import { lookUp, t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Notice, Refusal } from "../../parts/Notice";
import { AskCustomer } from "./AskCustomer";
import { Due } from "./Due";
import { Pad } from "./Pad";
import { KINDS, type TenderKind } from "./tenders";
import styles from "./Sell.module.css";

const ICONS = { cash: IconCash, card: IconCreditCard, voucher: IconTicket, on_account: IconUserDollar };
const KEYS: Record<TenderKind, string> = { cash: "F2", card: "F3", voucher: "F6", on_account: "F7" };

type Props = {
  basket: BasketView;
  onBack: () => void;
  /** Finished; where money goes to the customer, with what is handed back. */
  onDone: (sale: SaleDone, handedBackMinor: number | null) => void;
};

/** Typing digits is cash tendered; typing less than is due begins a split; Enter finishes. */
export function Pay({ basket, onBack, onDone }: Props) {
  const [given, setGiven] = useState<readonly TenderInput[]>([]);
  const [kind, setKind] = useState<TenderKind>("cash");
  const [text, setText] = useState("");
  const [reference, setReference] = useState("");
  const [customer, setCustomer] = useState<CustomerView | null>(null);
  const [asksCustomer, setAsksCustomer] = useState(false);
  const scanned = useWaiting();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<BackendError | null>(null);

  const client = useQueryClient();
  const askOnce = useAskOnce();
  const isGivingBack = basket.totalMinor < 0;
  const typed = text === "" ? null : parseAmount(text);
  const isUnreadable = text !== "" && (typed === null || typed < 0);
  const before = useAsk("quote_tenders", { tenders: [...given] }, { keep: true });
  const remainingOf = (quoted: TenderQuote | undefined) => (quoted === undefined ? basket.totalMinor : kind === "cash" ? quoted.remainingCashMinor : quoted.remainingMinor);
  const remaining = remainingOf(before.data);
  const tendersAfter = (quoted: TenderQuote | undefined): TenderInput[] => {
    // What is due is offered as it stands; a typed amount has the sign of the direction it goes in.
    const amountMinor = typed === null ? remainingOf(quoted) : isGivingBack ? -typed : typed;
    // Cash of 0 says that what is left is rounded away; nothing else of 0 is a tender.
    const isRoundedAway = kind === "cash" && typed === null;
    if (quoted?.isEnough === true || (amountMinor === 0 && !isRoundedAway)) return [...given];
    return [
      ...given,
      {
        kind,
        amountMinor,
        reference: reference.trim() === "" ? null : reference.trim(),
        customerId: kind === "on_account" ? (customer?.customerId ?? null) : null,
      },
    ];
  };
  const tenders = tendersAfter(before.data);
  const quote = useAsk("quote_tenders", { tenders }, { keep: true, enabled: !isUnreadable });
  const refusal = quote.data?.refusal ?? null;

  const choose = (next: TenderKind) => {
    setKind(next);
    setReference("");
    setError(null);
    if (next === "on_account") setAsksCustomer(true);
  };
  const complete = async (list: TenderInput[]) => {
    const sale = await approved(() =>
      alone(client, () => call("complete_sale", { saleId: basket.saleId, tenders: list, seenTotalMinor: basket.totalMinor })),
    );
    // By one means of payment it is what that one gives, cash rounding included.
    onDone(sale, isGivingBack ? (list.length === 1 ? (list[0]?.amountMinor ?? null) : sale.totalMinor) : null);
  };
  const begin = async (act: () => Promise<void>) => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      await act();
    } catch (thrown) {
      setError(thrown as BackendError);
    } finally {
      setBusy(false);
    }
  };
  const take = () =>
    begin(async () => {
      // Both stand on the screen by now; a quick hand waits for the answers that are under way.
      const list = tendersAfter(await askOnce("quote_tenders", { tenders: [...given] }));
      const told = await askOnce("quote_tenders", { tenders: list });
      if (told.refusal !== null) return;
      if (told.isEnough) return complete(list);
      setGiven(list);
      setKind("cash");
      setText("");
      setReference("");
    });
  const enter = () => {
    if (isUnreadable) return;
    if (kind === "on_account" && customer === null) setAsksCustomer(true);
    else void take();
  };
  const back = () => {
    if (text !== "") setText("");
    else if (kind !== "cash") choose("cash");
    else if (given.length > 0) setGiven(given.slice(0, -1));
    else onBack();
  };

  useScan(keepScan);
  const acts: Act[] = [
    ...KINDS.map((one) => ({ id: `pay.${one}`, key: KEYS[one], label: t(`tender.${one}`), run: () => choose(one) })),
    { id: "pay.finish", key: "Enter", label: t(quote.data?.isEnough === false ? "pay.add" : "pay.finish"), main: true, disabled: isUnreadable || busy, run: enter },
    { id: "pay.back", key: "Escape", label: t("act.back"), run: back },
    { id: "pay.basket", label: t("pay.toBasket"), run: onBack },
  ];
  useKeys(asksCustomer ? [] : acts);

  return (
    <div className={styles.pay} data-testid="pay">
      <Due basket={basket} given={given} quote={isUnreadable ? undefined : refusal === null ? quote.data : before.data} onTakeOut={(index) => setGiven(given.filter((_, other) => other !== index))} />
      <section className={styles.tenders} aria-label={t("pay.tenders")}>
        <div className={styles.kinds} role="radiogroup" aria-label={t("pay.tenders")}>
          {KINDS.map((one) => {
            const Icon = ICONS[one];
            return (
              <button key={one} type="button" role="radio" tabIndex={-1} aria-checked={one === kind} className={styles.kind} data-testid={`tender-${one}`} onPointerDown={(event) => event.preventDefault()} onClick={() => choose(one)}>
                <span className={styles.kindTop}>
                  <Icon size={28} stroke={1.5} aria-hidden />
                  <Kbd>{KEYS[one]}</Kbd>
                </span>
                {t(`tender.${one}`)}
              </button>
            );
          })}
        </div>
        <label className={styles.label}>
          {t(isGivingBack ? `pay.back.${kind}` : `pay.amount.${kind}`)}
          <input
            key={kind}
            className={styles.amountField}
            autoFocus
            autoComplete="off"
            inputMode="decimal"
            maxLength={14}
            data-testid="tender-field"
            placeholder={remaining === 0 ? "" : formatAmount(Math.abs(remaining))}
            value={text}
            onChange={(event) => {
              if (/^[\d.,]*$/.test(event.currentTarget.value)) setText(event.currentTarget.value);
            }}
          />
        </label>
        <div className={styles.quick} data-testid="quick-cash">
          {kind === "cash" &&
            (before.data?.quickCashMinor ?? []).slice(0, 5).map((minor, index) => (
              <button key={minor} type="button" tabIndex={-1} data-testid="quick" onPointerDown={(event) => event.preventDefault()} onClick={() => void begin(() => complete([...given, { kind: "cash", amountMinor: minor, reference: null, customerId: null }]))}>
                {index === 0 ? t("pay.exact") : formatAmount(minor)}
              </button>
            ))}
          {(kind === "card" || kind === "voucher") && (
            <label className={styles.label} style={{ gridColumn: "span 5" }}>
              {t(`pay.reference.${kind}`)}
              <input className={styles.reference} maxLength={40} autoComplete="off" data-testid="tender-reference" value={reference} onChange={(event) => setReference(event.currentTarget.value)} />
            </label>
          )}
          {kind === "on_account" && (
            <button type="button" tabIndex={-1} style={{ gridColumn: "span 5" }} onClick={() => setAsksCustomer(true)} data-testid="customer">
              {customer === null ? t("pay.whichCustomer") : customer.name}
              {customer !== null && <small>{t("customer.owes", { amount: formatAmount(customer.owesMinor) })}</small>}
            </button>
          )}
        </div>
        {refusal !== null && <Notice tone="red" testid="refusal">{lookUp(`error.${refusal}`) ?? t("error.unknown", { code: refusal })}</Notice>}
        {isUnreadable && <Notice tone="red" testid="refusal">{t("field.badAmount")}</Notice>}
        <Refusal error={error} />
        {scanned.length > 0 && <Notice tone="amber" testid="scanned-while-paying">{t("pay.scanned", { code: scanned.join(", ") })}</Notice>}
        <Pad
          onKey={(key) => setText((before) => (key === "back" ? before.slice(0, -1) : before.length < 14 ? before + key : before))}
          onFinish={enter}
          finish={t(quote.data?.isEnough === false ? "pay.add" : "pay.finish")}
          disabled={isUnreadable || busy}
        />
      </section>
      {asksCustomer && (
        <AskCustomer
          onClose={() => setAsksCustomer(false)}
          onCustomer={(chosen) => {
            setCustomer(chosen);
            setAsksCustomer(false);
          }}
        />
      )}
    </div>
  );
}
