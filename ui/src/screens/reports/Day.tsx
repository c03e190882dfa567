import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useState } from "react";
import type { DayView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatCount, formatMoney, keepStrength } from "../../format";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useDuty, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { HourChart } from "../../parts/HourChart";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Empty, Failed, Loading } from "../../parts/states";
import { shiftDate } from "./date";
import { PdfKeys } from "./PdfKeys";
import { TaxTable, TenderTable } from "./tables";
import styles from "./Reports.module.css";

/** One business day over all sessions: takings by hour, tenders, taxes, best sellers. */
export function Day() {
  const { status } = useDuty();
  const [date, setDate] = useState(status.businessDate);
  const day = useAsk("day_report", { businessDate: date }, { keep: true });
  const isToday = date === status.businessDate;
  const earlier = () => setDate(shiftDate(date, -1));
  const later = () => setDate(shiftDate(date, 1));
  const today = () => setDate(status.businessDate);
  const journal = { ...paperOf("day_journal"), date };
  const month = { ...paperOf("month_summary"), month: date.slice(0, 7) };
  const printing = usePrintPaper();
  const printJournal = () => printing.print(journal);
  const printMonth = () => printing.print(month);
  useKeys([
    { id: "day.earlier", key: "ArrowLeft", label: t("reports.earlier"), run: earlier },
    { id: "day.later", key: "ArrowRight", label: t("reports.later"), run: later, disabled: isToday },
    { id: "day.today", key: "Home", label: t("reports.today"), run: today, disabled: isToday },
    { id: "day.printJournal", key: "Ctrl+P", label: t("reports.printJournal"), run: printJournal },
    { id: "day.printMonth", key: "Ctrl+Shift+P", label: t("reports.printMonth"), run: printMonth, quiet: true },
  ]);

  return (
    <div className={styles.day} data-testid="day-report">
      <header className={styles.dayHead}>
        <ActionIcon variant="default" size={44} onClick={earlier} aria-label={t("reports.earlier")} data-testid="day-earlier">
          <IconChevronLeft size={20} stroke={1.75} />
        </ActionIcon>
        <input
          type="date"
          className={styles.date}
          aria-label={t("reports.date")}
          value={date}
          max={status.businessDate}
          onChange={(event) => {
            if (/^\d{4}-\d\d-\d\d$/.test(event.currentTarget.value)) setDate(event.currentTarget.value);
          }}
          data-testid="day-date"
        />
        <ActionIcon variant="default" size={44} onClick={later} disabled={isToday} aria-label={t("reports.later")} data-testid="day-later">
          <IconChevronRight size={20} stroke={1.75} />
        </ActionIcon>
        <h1 className={layout.title}>{formatBusinessDate(date)}</h1>
        {!isToday && (
          <Button variant="default" onClick={today}>
            {t("reports.today")}
          </Button>
        )}
      </header>
      <PdfKeys
        keys={[
          { id: "day.journal", key: "F9", label: t("reports.pdfJournal"), paper: journal },
          { id: "day.month", key: "F10", label: t("reports.pdfMonth"), paper: month },
        ]}
      >
        <Button onClick={printJournal} variant="default" rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="day-printJournal">
          {t("reports.printJournal")}
        </Button>
        <Button onClick={printMonth} variant="default" rightSection={<Kbd>Ctrl+Shift+P</Kbd>} data-testid="day-printMonth">
          {t("reports.printMonth")}
        </Button>
      </PdfKeys>
      <PrintAsked printing={printing} paper={journal} />
      <PrintAsked printing={printing} paper={month} />
      {day.data !== undefined ? (
        <Figures day={day.data} />
      ) : day.isError ? (
        <Failed error={day.error} again={() => void day.refetch()} />
      ) : (
        <Loading rows={8} />
      )}
    </div>
  );
}

function Figures({ day }: { day: DayView }) {
  const { till } = useDuty();
  const place = usePlace();
  if (day.saleCount === 0 && day.refundCount === 0) {
    return (
      <Empty testid="day-empty" title={t("reports.nothingSold", { before: formatMoney(day.weekBeforeMinor) })} />
    );
  }
  return (
    <>
      <dl className={layout.figures}>
        <Figure label={t("reports.takings")} value={formatMoney(day.takingsMinor)} testid="day-takings" main />
        <Figure label={t("reports.weekBeforeTakings")} value={formatMoney(day.weekBeforeMinor)} testid="day-week-before" />
        <Figure label={t("reports.sales")} value={formatCount(day.saleCount)} testid="day-sales" />
        <Figure
          label={t("reports.refunds")}
          value={`${formatCount(day.refundCount)} · ${formatMoney(day.refundsMinor)}`}
          testid="day-refunds"
        />
      </dl>
      <HourChart today={day.hoursMinor} weekBefore={day.weekBeforeHoursMinor} currency={till.currency} />
      <div className={styles.tables}>
        <section>
          <h2>{t("reports.bestSellers")}</h2>
          <table className={layout.table} data-testid="best-sellers">
            <thead>
              <tr>
                <th>{t("reports.product")}</th>
                <th className={layout.number}>{t("reports.packs")}</th>
                <th className={layout.number}>{t("reports.takings")}</th>
              </tr>
            </thead>
            <tbody>
              {day.bestSellers.map((product) => (
                <tr key={product.productId}>
                  <td>
                    <button
                      type="button"
                      className={layout.link}
                      onClick={() => place.go("catalogue", { productId: product.productId })}
                    >
                      {keepStrength(product.name)}
                    </button>
                  </td>
                  <td className={layout.number}>{formatCount(product.packs)}</td>
                  <td className={layout.number}>{formatMoney(product.amountMinor)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <div>
          <TenderTable tenders={day.tenders} />
          <TaxTable taxes={day.taxes} />
        </div>
      </div>
    </>
  );
}

function Figure({ label, value, testid, main = false }: { label: string; value: string; testid: string; main?: boolean }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-main={main} data-testid={testid}>
        {value}
      </dd>
    </div>
  );
}
