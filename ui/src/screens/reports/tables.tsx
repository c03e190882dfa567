import type { TaxLineView, TenderTotal } from "../../backend";
import { formatAmount, formatCount, formatRate } from "../../format";
import { lookUp, t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";

/** Takings by tender; what must not be seen yet is said in words. */
export function TenderTable({ tenders }: { tenders: readonly TenderTotal[] }) {
  const isBlind = tenders.some(({ amountMinor }) => amountMinor === null);
  return (
    <section>
      <h2>{t("reports.tenders")}</h2>
      <table className={layout.table} data-testid="tenders">
        <thead>
          <tr>
            <th>{t("reports.tender")}</th>
            <th className={layout.number}>{t("reports.times")}</th>
            <th className={layout.number}>{t("reports.amount")}</th>
          </tr>
        </thead>
        <tbody>
          {tenders.map((tender) => (
            <tr key={tender.kind}>
              <td>{lookUp(`tender.${tender.kind}`) ?? tender.kind}</td>
              <td className={layout.number}>{tender.count === null ? "" : formatCount(tender.count)}</td>
              <td className={layout.number}>
                {tender.amountMinor === null ? t("reports.hidden") : formatAmount(tender.amountMinor)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {isBlind && <p className={layout.muted}>{t("reports.blind")}</p>}
    </section>
  );
}

/** Tax by code, as printed. */
export function TaxTable({ taxes }: { taxes: readonly TaxLineView[] }) {
  return (
    <section>
      <h2>{t("reports.taxes")}</h2>
      <table className={layout.table} data-testid="taxes">
        <thead>
          <tr>
            <th>{t("reports.taxCode")}</th>
            <th className={layout.number}>{t("reports.net")}</th>
            <th className={layout.number}>{t("reports.tax")}</th>
            <th className={layout.number}>{t("reports.gross")}</th>
          </tr>
        </thead>
        <tbody>
          {taxes.map((tax) => (
            <tr key={`${tax.code} ${tax.ratePpm}`}>
              <td>
                {lookUp(`tax.${tax.code}`) ?? tax.code} {formatRate(tax.ratePpm)}
              </td>
              <td className={layout.number}>{formatAmount(tax.netMinor)}</td>
              <td className={layout.number}>{formatAmount(tax.taxMinor)}</td>
              <td className={layout.number}>{formatAmount(tax.grossMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
