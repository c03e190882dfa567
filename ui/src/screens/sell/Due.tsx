import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { BasketView, TenderInput, TenderQuote } from "../../backend";
import { formatAmount } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { BigAmount } from "../../parts/BigAmount";
import styles from "./Sell.module.css";

type Props = {
  basket: BasketView;
  given: readonly TenderInput[];
  /** What the tenders come to, with the one that is being typed; none while it is unreadable. */
  quote: TenderQuote | undefined;
  onTakeOut: (index: number) => void;
};

/** The left of the pay screen: what is due, what was given, and what comes back. */
export function Due({ basket, given, quote, onTakeOut }: Props) {
  return (
    <section className={styles.due} aria-label={t("pay.due")}>
      <h2>{t(basket.totalMinor < 0 ? "sell.totalBack" : "pay.due")}</h2>
      <BigAmount minor={basket.totalMinor} testid="amount-due" />
      <div className={styles.counts} style={{ textAlign: "left" }}>
        {t("sell.lines", { count: basket.lines.length })} · {t("sell.packs", { count: basket.packCount })}
      </div>
      <dl className={styles.given} data-testid="given">
        {quote !== undefined && quote.roundingMinor !== 0 && (
          <div>
            <dt>{t("pay.rounding")}</dt>
            <dd data-testid="rounding">{formatAmount(quote.roundingMinor)}</dd>
          </div>
        )}
        {given.map((tender, index) => (
          <div key={`${index} ${tender.kind}`}>
            <dt>
              {named("tender", tender.kind)}
              {tender.reference !== null && ` · ${tender.reference}`}
            </dt>
            <dd>{formatAmount(tender.amountMinor)}</dd>
            <ActionIcon variant="subtle" size={44} tabIndex={-1} aria-label={t("pay.takeOut")} onClick={() => onTakeOut(index)}>
              <IconX size={20} stroke={1.75} aria-hidden />
            </ActionIcon>
          </div>
        ))}
      </dl>
      <Outcome quote={quote} />
    </section>
  );
}

function Outcome({ quote }: { quote: TenderQuote | undefined }) {
  const state = quote === undefined ? "none" : quote.isEnough ? "change" : "short";
  return (
    <div className={styles.outcome} data-state={state}>
      <h2>{t(state === "short" ? "pay.stillDue" : "sell.change")}</h2>
      {quote !== undefined && <BigAmount minor={quote.isEnough ? quote.changeDueMinor : quote.remainingMinor} testid="pay-outcome" state={state} />}
    </div>
  );
}
