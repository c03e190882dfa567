import { ActionIcon, Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { type RefObject, useRef } from "react";
import type { MonthDay, MonthList } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatBusinessDate, formatCount, formatMonth } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { printOnly } from "../../parts/Paper";
import { Empty, Failed, Loading } from "../../parts/states";
import { OverShort } from "../drawer/OverShort";
import { shiftMonth } from "./date";
import reports from "./Reports.module.css";

/** A month day by day, for the owner: what the drawers should have held, and what was counted. */
export function Month({ month, onMonth }: { month: string; onMonth: (month: string) => void }) {
  const { status } = useDuty();
  const now = status.businessDate.slice(0, 7);
  const list = useAsk("month_list", { month }, { keep: true });
  const table = useRef<HTMLTableElement>(null);
  const isNow = month >= now;
  const earlier = () => onMonth(shiftMonth(month, -1));
  const later = () => onMonth(shiftMonth(month, 1));
  const isFilled = list.data !== undefined && list.data.days.length > 0;
  const print = () => {
    if (list.data !== undefined && table.current !== null) printOnly(...paperOf(list.data, table.current));
  };
  useKeys([
    { id: "month.earlier", key: "ArrowLeft", label: t("month.earlier"), run: earlier },
    { id: "month.later", key: "ArrowRight", label: t("month.later"), run: later, disabled: isNow },
    { id: "month.now", key: "Home", label: t("month.now"), run: () => onMonth(now), disabled: month === now },
    { id: "month.print", key: "F12", label: t("receipt.print"), run: print, main: true, disabled: !isFilled },
  ]);
  return (
    <div className={reports.day} data-testid="month">
      <header className={reports.dayHead}>
        <ActionIcon variant="default" size={44} onClick={earlier} aria-label={t("month.earlier")} data-testid="month-earlier">
          <IconChevronLeft size={20} stroke={1.75} />
        </ActionIcon>
        <ActionIcon variant="default" size={44} onClick={later} disabled={isNow} aria-label={t("month.later")} data-testid="month-later">
          <IconChevronRight size={20} stroke={1.75} />
        </ActionIcon>
        <h1 className={layout.title} data-testid="month-title">
          {formatMonth(month)}
        </h1>
        <Button onClick={print} disabled={!isFilled} rightSection={<Kbd>F12</Kbd>} data-testid="month-print">
          {t("receipt.print")}
        </Button>
      </header>
      {list.data === undefined ? (
        list.isError ? <Failed error={list.error} again={() => void list.refetch()} /> : <Loading rows={8} />
      ) : list.data.days.length === 0 ? (
        <Empty testid="month-empty" title={t("month.none", { month: formatMonth(month) })} />
      ) : (
        <Days list={list.data} table={table} />
      )}
    </div>
  );
}

/** The paper: whose it is, which month, and the table as it stands on the screen. */
function paperOf(list: MonthList, table: HTMLTableElement): Node[] {
  const branch = document.createElement("h1");
  branch.append(list.branchName);
  const month = document.createElement("h2");
  month.append(t("month.title", { month: formatMonth(list.month) }));
  const copy = document.createElement("table");
  copy.append(...[...table.children].map((part) => part.cloneNode(true)));
  for (const cell of copy.querySelectorAll<HTMLElement>("*")) {
    // On paper it has the measures of a paper.
    if (layout.number !== undefined && cell.classList.contains(layout.number)) Object.assign(cell.style, { textAlign: "right", whiteSpace: "nowrap" });
    cell.removeAttribute("class");
    cell.removeAttribute("data-testid");
  }
  return [branch, month, copy];
}

function Days({ list, table }: { list: MonthList; table: RefObject<HTMLTableElement | null> }) {
  const hasOther = list.days.some(({ otherOverShortMinor }) => otherOverShortMinor !== 0);
  return (
    <table ref={table} className={`${layout.table} ${reports.month}`} data-testid="month-days">
      <thead>
        <tr>
          <th scope="col">{t("reports.date")}</th>
          <th scope="col" className={layout.number}>
            {t("closes.count")}
          </th>
          <th scope="col" className={layout.number}>
            {t("closes.expected")}
          </th>
          <th scope="col" className={layout.number}>
            {t("closes.counted")}
          </th>
          <th scope="col" className={layout.number}>
            {t("month.overShort")}
          </th>
          {hasOther && (
            <th scope="col" className={layout.number}>
              {t("closes.otherNet")}
            </th>
          )}
          <th scope="col" className={reports.words}>{t("closes.reason")}</th>
          <th scope="col">{t("closes.countedBy")}</th>
        </tr>
      </thead>
      <tbody>
        {list.days.map((day) => (
          <tr key={day.businessDate} data-testid="month-day">
            <th scope="row">{formatBusinessDate(day.businessDate, "short")}</th>
            <Figures day={day} hasOther={hasOther} />
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr data-testid="month-sum">
          <th scope="row">{t("month.sum")}</th>
          <Figures day={{ ...list.sum, reasons: [], countedBy: [] }} hasOther={hasOther} />
        </tr>
      </tfoot>
    </table>
  );
}

function Figures({ day, hasOther }: { day: MonthDay; hasOther: boolean }) {
  return (
    <>
      <td className={layout.number}>{formatCount(day.closeCount)}</td>
      <td className={layout.number}>{formatAmount(day.expectedMinor)}</td>
      <td className={layout.number}>{formatAmount(day.countedMinor)}</td>
      <td className={layout.number}>
        <OverShort minor={day.overShortMinor} />
      </td>
      {hasOther && (
        <td className={layout.number}>
          <OverShort minor={day.otherOverShortMinor} />
        </td>
      )}
      <td className={reports.words}>{day.reasons.map((reason) => named("reason.close", reason)).join(", ")}</td>
      <td>{day.countedBy.join(", ")}</td>
    </>
  );
}
