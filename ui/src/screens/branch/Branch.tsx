import { IconCircleCheck, IconClockPause } from "@tabler/icons-react";
import { useRef } from "react";
import type { BranchNow, OfBranch } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatCount, formatMoney, formatSignedPercent, formatTime } from "../../format";
import type { Place } from "../../frame/screens";
import { useKeys, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { wording } from "../../messages/wording";
import { Facts } from "../../parts/Facts";
import { HourChart } from "../../parts/HourChart";
import { Notice } from "../../parts/Notice";
import { Failed, Loading } from "../../parts/states";
import { TenderTable } from "../reports/tables";
import styles from "./Branch.module.css";
import { completeness } from "./completeness";
import { Drawers } from "./Drawers";
import { WorkLists } from "./WorkLists";

type Props = {
  of: OfBranch;
  currency: string;
  /** The way to a sale or a product; none for who only looks. */
  go?: Place["go"];
};

/** The whole branch as it is known here: what it did today on the left, what is to be done on the right. */
export function Branch({ of, currency, go }: Props) {
  // What only time changes is the weekday before, up to now.
  const now = useAsk("branch_now", of, { everyMs: 60_000 });
  const overview = useRef<HTMLElement>(null);
  // The arrows alone move in the list on the right.
  const scroll = (by: number) => () => overview.current?.scrollBy(0, by * overview.current.clientHeight);
  useKeys([
    { id: "branch.up", key: "Ctrl+ArrowUp", label: t("branch.up"), run: scroll(-0.8), quiet: true },
    { id: "branch.down", key: "Ctrl+ArrowDown", label: t("branch.down"), run: scroll(0.8), quiet: true },
  ]);
  if (now.data === undefined) {
    return now.isError ? <Failed error={now.error} again={() => void now.refetch()} /> : <Loading rows={8} height={72} />;
  }
  return (
    <div className={styles.branch} data-testid="branch">
      <section ref={overview} className={styles.overview} aria-label={t("screen.branch")}>
        <Completeness now={now.data} />
        {now.isError && (
          <Notice tone="amber" testid="branch-stale">
            {t("branch.stale", { time: formatTime(now.data.nowMs), why: wording(now.error) })}
          </Notice>
        )}
        {now.data.isHistoryPending && (
          <Notice tone="amber" testid="branch-pending">
            {t("branch.pending")}
          </Notice>
        )}
        <KeyFigures now={now.data} />
        <Hours now={now.data} currency={currency} />
        <Drawers now={now.data} />
        <div className={styles.tables}>
          <TenderTable tenders={now.data.tenders} />
          <Counts now={now.data} />
        </div>
      </section>
      <WorkLists of={of} toSettle={now.data.toSettle} toSettleCount={now.data.toSettleCount} go={go} />
    </div>
  );
}

/** The first line: how far this can be trusted. It opens what is known of each till. */
function Completeness({ now }: { now: BranchNow }) {
  const sync = useNamedAct("frame.sync");
  const isComplete = now.upToNowCount === now.tills.length && now.invitedTillNos.length === 0 && now.notCountedYet === 0;
  // Without a server nobody waits for anything: that the others are not here is as it should be.
  const waits = !isComplete && now.hasServer;
  const Icon = isComplete ? IconCircleCheck : IconClockPause;
  return (
    <button type="button" tabIndex={-1} className={styles.complete} data-waits={waits} onClick={sync?.run} data-testid="completeness">
      <Icon size={20} stroke={1.75} aria-hidden />
      <span>{completeness(now)}</span>
    </button>
  );
}

function KeyFigures({ now }: { now: BranchNow }) {
  return (
    <dl className={styles.figures}>
      <KeyFigure label={t("branch.takings")} value={formatMoney(now.takingsMinor)} note={formatBusinessDate(now.businessDate)} testid="branch-takings" />
      <KeyFigure
        label={t("branch.against")}
        value={now.percentAbove === null ? "–" : formatSignedPercent(now.percentAbove)}
        note={weekBefore(now)}
        testid="branch-against"
      />
      <KeyFigure label={t("branch.sales")} value={formatCount(now.saleCount)} testid="branch-sales" />
      <KeyFigure label={t("branch.average")} value={now.averageSaleMinor === null ? "–" : formatMoney(now.averageSaleMinor)} testid="branch-average" />
    </dl>
  );
}

function weekBefore(now: BranchNow): string {
  if (now.weekBeforeMinor === 0) return t("branch.nothingBefore");
  const all = formatMoney(now.weekBeforeMinor);
  return now.weekBeforeByNowMinor === 0 ? t("branch.nothingByNow", { all }) : t("branch.byNow", { amount: formatMoney(now.weekBeforeByNowMinor), all });
}

function KeyFigure({ label, value, note, testid }: { label: string; value: string; note?: string; testid: string }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd data-testid={testid}>{value}</dd>
      {note !== undefined && <dd className={styles.note}>{note}</dd>}
    </div>
  );
}

function Hours({ now, currency }: { now: BranchNow; currency: string }) {
  const isEmpty = [now.hoursMinor, now.weekBeforeHoursMinor].every((hours) => hours.every((minor) => minor === 0));
  if (isEmpty) {
    return (
      <p className={styles.nothing} data-testid="branch-nothing">
        {t("branch.nothing")}
      </p>
    );
  }
  return <HourChart today={now.hoursMinor} weekBefore={now.weekBeforeHoursMinor} currency={currency} height={216} />;
}

function Counts({ now }: { now: BranchNow }) {
  const withAmount = (count: number, minor: number) => `${formatCount(count)} · ${formatMoney(minor)}`;
  return (
    <section data-testid="branch-counts">
      <h2>{t("branch.counts")}</h2>
      <Facts
        values="right"
        facts={[
          [t("reports.refunds"), withAmount(now.refundCount, now.refundsMinor)],
          [t("reports.voids"), withAmount(now.voidCount, now.voidsMinor)],
          [t("reports.discounts"), formatMoney(now.discountsMinor)],
          [t("branch.overrides"), formatCount(now.overrideCount)],
          [t("reports.noSales"), formatCount(now.noSaleCount)],
        ]}
      />
    </section>
  );
}
