import type { SaleView } from "../../backend";
import { formatAmount, formatCount, formatMoment, formatRate, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Paper } from "../../parts/Paper";
import layout from "../../parts/layout.module.css";
import styles from "./Sales.module.css";

/** One sale from top to bottom: what was sold, how it was paid, what happened since, the paper. */
export function SaleDetail({ sale }: { sale: SaleView }) {
  const { row } = sale;
  return (
    <article className={styles.detail} data-testid="sale-detail">
      <header>
        <h1>{row.receiptNo}</h1>
        <p>
          {row.kind === "sale" ? "" : `${named("saleKind", row.kind)} · `}
          {formatMoment(row.atMs)} · {row.person}
        </p>
      </header>
      <table className={layout.table} data-dense>
        <thead>
          <tr>
            <th>{t("sale.product")}</th>
            <th className={layout.number}>{t("sale.packs")}</th>
            <th className={layout.number}>{t("sale.amount")}</th>
          </tr>
        </thead>
        <tbody>
          {sale.lines.map((line) => (
            <tr key={line.lineNo}>
              <td>
                {keepStrength(line.name)}
                {line.refundedQuantity > 0 && <small className={styles.refunded}>{t("sale.refunded", { count: formatCount(line.refundedQuantity) })}</small>}
              </td>
              <td className={layout.number}>{formatCount(line.quantity)}</td>
              <td className={layout.number}>{formatAmount(line.amountMinor)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th colSpan={2}>{t("sell.total")}</th>
            <th className={layout.number} data-testid="sale-total">{formatAmount(row.totalMinor)}</th>
          </tr>
          {sale.taxes.map((tax) => (
            <tr key={tax.code}>
              <td colSpan={2}>
                {named("tax", tax.code)} {formatRate(tax.ratePpm)}
              </td>
              <td className={layout.number}>{formatAmount(tax.taxMinor)}</td>
            </tr>
          ))}
        </tfoot>
      </table>
      <dl className={styles.pairs} data-testid="sale-tenders">
        {sale.tenders.map((tender, index) => (
          <div key={`${index} ${tender.kind}`}>
            <dt>
              {named("tender", tender.kind)}
              {tender.customer !== null && ` · ${tender.customer}`}
              {tender.tenderedMinor !== tender.amountMinor && ` · ${t("sale.handedOver", { amount: formatAmount(tender.tenderedMinor) })}`}
              {tender.reference !== null && ` · ${tender.reference}`}
            </dt>
            <dd>{formatAmount(tender.amountMinor)}</dd>
          </div>
        ))}
        {sale.roundingMinor !== 0 && (
          <div>
            <dt>{t("pay.rounding")}</dt>
            <dd>{formatAmount(sale.roundingMinor)}</dd>
          </div>
        )}
        {sale.changeDueMinor !== 0 && (
          <div>
            <dt>{t("sell.change")}</dt>
            <dd>{formatAmount(sale.changeDueMinor)}</dd>
          </div>
        )}
      </dl>
      {sale.followers.length > 0 && (
        <section>
          <h2>{t("sale.since")}</h2>
          <dl className={styles.pairs} data-testid="sale-followers">
            {sale.followers.map((follower) => (
              <div key={follower.entryId}>
                <dt>
                  {named("follower", follower.kind)}
                  {follower.reason !== null && ` · ${named("reason", follower.reason)}`}
                  <small>
                    {formatMoment(follower.atMs)} · {follower.person}
                  </small>
                </dt>
                <dd>{follower.amountMinor === null ? "" : formatAmount(follower.amountMinor)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      <Paper receipt={sale.receipt} />
    </article>
  );
}
