import { useState } from "react";
import type { CloseResult, CloseRow, DrawerName, OverShortGroup, OverShortReport } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatBusinessDate, formatCount, formatDayOfYear, formatMonth, formatSigned, formatTime, formatWeekday } from "../../format";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { named } from "../../messages/wording";
import layout from "../../parts/layout.module.css";
import { type Bar, OverShortChart } from "../../parts/OverShortChart";
import { Empty, Failed, Loading } from "../../parts/states";
import { Tabs } from "../../parts/Tabs";
import { drawerName } from "../cash/places";
import { OverShort } from "../drawer/OverShort";
import { RangeHead } from "./RangeHead";
import { lastDays, type Range } from "./range";
import styles from "./OverShort.module.css";

const BY = ["time", "drawer", "person", "weekday", "hour"] as const;
type By = (typeof BY)[number];

/** What closed drawers came to over time, for who sees what people did. */
export function OverShortOverTime() {
  const { status } = useDuty();
  const [range, setRange] = useState<Range>(() => lastDays(status.businessDate, 30));
  const report = useAsk("over_short_report", range, { keep: true });
  return (
    <div className={styles.screen} data-testid="over-short-report">
      <RangeHead range={range} onRange={setRange} quick={[30, 90, 365]} id="over-short" />
      {report.data === undefined ? (
        report.isError ? <Failed error={report.error} again={() => void report.refetch()} /> : <Loading rows={8} />
      ) : report.data.all.closeCount === 0 ? (
        <Empty testid="over-short-empty" title={t("closes.none", { from: formatBusinessDate(range.from, "short"), to: formatBusinessDate(range.to, "short") })} />
      ) : (
        <Shown report={report.data} />
      )}
    </div>
  );
}

function Shown({ report }: { report: OverShortReport }) {
  const { till } = useDuty();
  const [by, setBy] = useState<By>("time");
  const step = (by: By, places: number): By => BY[(BY.indexOf(by) + places + BY.length) % BY.length] ?? "time";
  useKeys([
    { id: "overShort.before", key: "ArrowLeft", label: t("closes.byBefore"), run: () => setBy(step(by, -1)) },
    { id: "overShort.after", key: "ArrowRight", label: t("closes.byAfter"), run: () => setBy(step(by, 1)) },
    ...BY.map((each) => ({ id: `overShort.${each}`, label: `${t("reports.view.overShort")}: ${t(`closes.by.${each}`)}`, run: () => setBy(each), disabled: each === by })),
  ]);
  const groups = groupsOf(report, by);
  return (
    <>
      <Sums all={report.all} />
      <section className={styles.part}>
        <Tabs label={t("closes.by")} tabs={BY.map((each) => ({ value: each, label: t(`closes.by.${each}`) }))} chosen={by} onChoose={setBy} testid="over-short-by" />
        <OverShortChart bars={groups.map((group) => barOf(group, by, report.stretch))} title={t("closes.chart")} axis={t(`closes.by.${by}`)} currency={till.currency} />
        {by !== "time" && <GroupTable groups={groups} by={by} />}
      </section>
      <Closes report={report} />
    </>
  );
}

function groupsOf(report: OverShortReport, by: By): OverShortGroup[] {
  return { time: report.overTime, drawer: report.byDrawer, person: report.byPerson, weekday: report.byWeekday, hour: report.byHour }[by];
}

/** The words for what closes have in common. */
function nameOf(group: OverShortGroup, by: By, stretch: string): string {
  if (by === "drawer") return drawerWords(/^\d+$/.test(group.key) ? { tillNo: Number(group.key), letter: null } : { tillNo: null, letter: group.key === "" ? null : group.key });
  if (by === "person") return group.name === "" ? t("signIn.erased") : group.name;
  if (by === "weekday") return formatWeekday(Number(group.key));
  if (by === "hour") return t("closes.hour", { from: `${group.key}:00`, to: `${Number(group.key) + 1}:00` });
  if (stretch === "month") return formatMonth(group.key);
  return stretch === "week" ? t("closes.week", { from: formatBusinessDate(group.key, "short") }) : formatBusinessDate(group.key, "short");
}

/** Of tills by their number alone, which is shorter. */
function drawerWords(drawer: DrawerName): string {
  if (drawer.tillNo !== null) return t("frame.till", { no: drawer.tillNo });
  return drawer.letter === null ? t("closes.noTill") : drawerName(drawer);
}

function barOf(group: OverShortGroup, by: By, stretch: string): Bar {
  const name = nameOf(group, by, stretch);
  const label = by === "weekday" ? formatWeekday(Number(group.key), "short") : by === "hour" ? group.key : by !== "time" ? name : stretch === "month" ? formatMonth(group.key, "short") : formatDayOfYear(group.key);
  const { overMinor, shortMinor, netMinor } = group.cash;
  return { key: group.key, label, name, overMinor, shortMinor, netMinor };
}

function Sums({ all: { cash, other, closeCount } }: { all: OverShortGroup }) {
  const hasOther = other.overCount + other.shortCount > 0;
  return (
    <dl className={layout.figures} data-testid="over-short-sums">
      <div>
        <dt>{t("closes.cashNet")}</dt>
        <dd data-main="true" data-testid="over-short-net">
          <OverShort minor={cash.netMinor} />
        </dd>
      </div>
      <Sum label={t("closes.overTimes", { count: cash.overCount })} minor={cash.overMinor} />
      <Sum label={t("closes.shortTimes", { count: cash.shortCount })} minor={cash.shortMinor} />
      <Sum label={t("closes.largest")} minor={cash.largestMinor} />
      {hasOther && <Sum label={t("closes.otherNet")} minor={other.netMinor} />}
      <div>
        <dt>{t("closes.count")}</dt>
        <dd data-testid="over-short-count">{formatCount(closeCount)}</dd>
      </div>
    </dl>
  );
}

function Sum({ label, minor }: { label: string; minor: number }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{formatSigned(minor)}</dd>
    </div>
  );
}

const COLUMNS = ["count", "over", "short", "net", "largest", "otherNet"] as const;

/** Nothing is a quiet dash, so that what there is stands out. */
function Amount({ minor }: { minor: number }) {
  return (
    <td className={layout.number} data-none={minor === 0}>
      {minor === 0 ? "–" : formatSigned(minor)}
    </td>
  );
}

function GroupTable({ groups, by }: { groups: readonly OverShortGroup[]; by: By }) {
  return (
    <table className={layout.table} data-testid="over-short-groups">
      <thead>
        <tr>
          <th scope="col">{t(`closes.by.${by}`)}</th>
          {COLUMNS.map((column) => (
            <th key={column} scope="col" className={layout.number}>
              {t(`closes.${column}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {groups.map((group) => (
          <tr key={group.key} data-testid="over-short-group">
            <td>{nameOf(group, by, "")}</td>
            <td className={layout.number}>{formatCount(group.closeCount)}</td>
            <Amount minor={group.cash.overMinor} />
            <Amount minor={group.cash.shortMinor} />
            <Amount minor={group.cash.netMinor} />
            <Amount minor={group.cash.largestMinor} />
            <Amount minor={group.other.netMinor} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The closes one by one, newest first. */
function Closes({ report: { closes, leftOff } }: { report: OverShortReport }) {
  const hasOther = closes.some(({ results }) => results.length > 1);
  return (
    <section className={styles.part}>
      <h2>{t("closes.list")}</h2>
      <table className={layout.table} data-testid="closes">
        <thead>
          <tr>
            <th scope="col">{t("reports.date")}</th>
            <th scope="col">{t("closes.by.drawer")}</th>
            <th scope="col" className={layout.number}>
              {t("closes.expected")}
            </th>
            <th scope="col" className={layout.number}>
              {t("closes.counted")}
            </th>
            <th scope="col" className={layout.number}>
              {t("tender.cash")}
            </th>
            {hasOther && (
              <th scope="col" className={styles.others}>
                {t("closes.otherNet")}
              </th>
            )}
            <th scope="col">{t("closes.reason")}</th>
            <th scope="col">{t("closes.countedBy")}</th>
            <th scope="col">{t("closes.closedBy")}</th>
          </tr>
        </thead>
        <tbody>
          {closes.map((close) => (
            <Close key={close.cashSessionId} close={close} hasOther={hasOther} />
          ))}
        </tbody>
      </table>
      {leftOff > 0 && <p className={layout.muted}>{t("closes.leftOff", { count: leftOff, shown: formatCount(leftOff) })}</p>}
    </section>
  );
}

function Close({ close, hasOther }: { close: CloseRow; hasOther: boolean }) {
  const cash = close.results.find(({ kind }) => kind === "cash");
  const others = close.results.filter(({ kind }) => kind !== "cash");
  return (
    <tr data-testid="close-row">
      <td className={styles.day}>{formatBusinessDate(close.businessDate, "short")}</td>
      <td>{drawerWords(close.drawer)}</td>
      <td className={layout.number}>{cash === undefined ? "" : formatAmount(cash.expectedMinor)}</td>
      <td className={layout.number}>{cash === undefined ? "" : formatAmount(cash.countedMinor)}</td>
      <td className={layout.number}>{cash !== undefined && <Result result={cash} />}</td>
      {hasOther && (
        <td className={styles.others}>
          {others.map((result) => (
            <div key={result.kind} className={styles.other}>
              {lookUp(`tender.${result.kind}`) ?? result.kind} <Result result={result} />
            </div>
          ))}
        </td>
      )}
      <td>{close.reason === null ? "" : named("reason.close", close.reason)}</td>
      <td>{close.countedBy}</td>
      <td>
        {close.closedBy}
        <small>{formatTime(close.closedAtMs)}</small>
      </td>
    </tr>
  );
}

/** As it stands now; what the Z says is beside it where something was put right since. */
function Result({ result }: { result: CloseResult }) {
  return (
    <>
      <OverShort minor={result.overShortMinor} />
      {result.atCloseMinor !== result.overShortMinor && <small>{t("closes.atClose", { amount: formatSigned(result.atCloseMinor) })}</small>}
    </>
  );
}
