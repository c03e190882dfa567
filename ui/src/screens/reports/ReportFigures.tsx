import type { ReportView } from "../../backend";
import { formatCount, formatMoney } from "../../format";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import layout from "../../parts/layout.module.css";
import { OverShort } from "../drawer/OverShort";
import { TaxTable, TenderTable } from "./tables";

/** What an X or a Z says, beside its paper. */
export function ReportFigures({ report }: { report: ReportView }) {
  const facts: [string, string][] = [
    [t("reports.sales"), formatCount(report.saleCount)],
    [t("reports.refunds"), `${formatCount(report.refundCount)} · ${formatMoney(report.refundsMinor)}`],
    [t("reports.voids"), `${formatCount(report.voidCount)} · ${formatMoney(report.voidsMinor)}`],
    [t("reports.discounts"), formatMoney(report.discountsMinor)],
    [t("reports.noSales"), formatCount(report.noSaleCount)],
    ...(report.openingFloatMinor === null ? [] : [[t("reports.openingFloat"), formatMoney(report.openingFloatMinor)]] satisfies [string, string][]),
    [t("movement.paid_in"), formatMoney(report.paidInMinor)],
    [t("movement.paid_out"), formatMoney(report.paidOutMinor)],
    [t("movement.safe_drop"), formatMoney(report.safeDropsMinor)],
    [t("movement.float_top_up"), formatMoney(report.floatTopUpsMinor)],
    ...(report.transfersOutMinor === 0 && report.transfersInMinor === 0
      ? []
      : [[t("report.transfersOut"), formatMoney(report.transfersOutMinor)], [t("report.transfersIn"), formatMoney(report.transfersInMinor)]] satisfies [string, string][]),
    [t("reports.rounding"), formatMoney(report.roundingMinor)],
  ];
  if (report.receipts !== null) facts.push([t("reports.receipts"), `${report.receipts[0]} – ${report.receipts[1]}`]);
  if (report.perpetualTotalMinor !== null) facts.push([t("reports.perpetual"), formatMoney(report.perpetualTotalMinor)]);

  return (
    <>
      <dl className={layout.figures}>
        <div>
          <dt>{t("reports.takings")}</dt>
          <dd data-main="true" data-testid="report-takings">
            {formatMoney(report.takingsMinor)}
          </dd>
        </div>
        {report.isOfOneDrawer && (
          <div>
            <dt>{t("reports.expectedCash")}</dt>
            <dd data-testid="report-expected">
              {report.expectedCashMinor === null ? t("reports.hidden") : formatMoney(report.expectedCashMinor)}
            </dd>
          </div>
        )}
        {report.counted?.rows.map((row) => (
          <div key={row.kind}>
            <dt>{lookUp(`tender.${row.kind}`) ?? row.kind}</dt>
            <dd>
              <OverShort minor={row.overShortMinor} testid={`report-over-short-${row.kind}`} />
            </dd>
          </div>
        ))}
      </dl>
      <TenderTable tenders={report.tenders} />
      <TaxTable taxes={report.taxes} />
      <section>
        <h2>{t("reports.more")}</h2>
        <Facts facts={facts} values="right" />
      </section>
    </>
  );
}
