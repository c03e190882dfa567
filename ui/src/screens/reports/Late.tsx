import type { LateView } from "../../backend";
import { formatAmount, formatMoment } from "../../format";
import { lookUp, t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Notice } from "../../parts/Notice";
import { OverShort } from "../drawer/OverShort";
import styles from "./Reports.module.css";

/** What came after the close of a Z, with what it said then and what stands now; the Z itself stays as it is. */
export function Late({ late }: { late: LateView }) {
  const isMoney = late.expectedNowMinor !== late.expectedMinor || late.takingsNowMinor !== late.takingsMinor;
  return (
    <section className={styles.late} data-testid="z-late">
      <h2>{t("late.title")}</h2>
      <Notice tone={isMoney ? "red" : "amber"}>{t("late.lead")}</Notice>
      <table className={layout.table}>
        <thead>
          <tr>
            <th>{t("late.what")}</th>
            <th>{t("late.by")}</th>
            <th className={layout.number}>{t("reports.amount")}</th>
            <th className={layout.number}>{t("late.inDrawer")}</th>
          </tr>
        </thead>
        <tbody>
          {late.lines.map((line) => (
            <tr key={line.entryId} data-testid="z-late-line">
              <td>
                {lookUp(`late.kind.${line.kind}`) ?? line.kind}
                {line.receiptNo !== null && ` ${line.receiptNo}`}
              </td>
              <td>
                {formatMoment(line.atMs)} · {line.person}
                {line.tillNo !== null && ` · ${t("late.till", { no: line.tillNo })}`}
              </td>
              <td className={layout.number}>{line.kind === "no_sale" ? "" : formatAmount(line.amountMinor)}</td>
              <td className={layout.number}>{line.cashMinor === 0 ? "–" : formatAmount(line.cashMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <table className={layout.table} data-testid="z-late-totals">
        <thead>
          <tr>
            <th>{t("late.totals")}</th>
            <th className={layout.number}>{t("late.asClosed")}</th>
            <th className={layout.number}>{t("late.now")}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{t("reports.expectedCash")}</td>
            <td className={layout.number}>{formatAmount(late.expectedMinor)}</td>
            <td className={layout.number}>{formatAmount(late.expectedNowMinor)}</td>
          </tr>
          <tr>
            <td>{t("drawer.close.overShort")}</td>
            <td className={layout.number}>
              <OverShort minor={late.overShortMinor} />
            </td>
            <td className={layout.number}>
              <OverShort minor={late.overShortNowMinor} testid="z-late-over-short" />
            </td>
          </tr>
          <tr>
            <td>{t("reports.takings")}</td>
            <td className={layout.number}>{formatAmount(late.takingsMinor)}</td>
            <td className={layout.number}>{formatAmount(late.takingsNowMinor)}</td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}
