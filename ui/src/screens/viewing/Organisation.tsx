import { IconCircleCheck, IconClockPause } from "@tabler/icons-react";
import { useState } from "react";
import type { BranchNow, ViewedBranch, Viewing } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatCount, formatMoney, formatSignedPercent, setFormat } from "../../format";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { wording } from "../../messages/wording";
import { Notice } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { timeOf } from "../branch/completeness";
import { formatOf } from "./formatOf";
import styles from "./Viewing.module.css";

const COLUMNS = ["branch", "takings", "against", "sales", "drawers", "tills", "settle", "heard"] as const;

type Props = { viewing: Viewing; cameFrom: string | null; onBranch: (branchId: string) => void };

/** The branches side by side, each asked by itself: one that does not answer keeps none of the others. */
export function Organisation({ viewing, cameFrom, onBranch }: Props) {
  const { branches, missingCount } = viewing;
  const first = branches.findIndex((branch) => branch.branchId === (cameFrom ?? viewing.branchId));
  const [at, setAt] = useState(Math.max(0, first));
  const open = (branch: ViewedBranch | undefined) => {
    if (branch !== undefined) onBranch(branch.branchId);
  };
  useKeys([{ id: "organisation.open", key: "Enter", label: t("view.toBranch"), run: () => open(branches[at]), main: true }]);
  return (
    <div className={styles.organisation} data-testid="organisation">
      {missingCount > 0 && (
        <Notice tone="amber" testid="view-missing">
          {t("view.missing", { count: missingCount })}
        </Notice>
      )}
      <div className={`${styles.line} ${styles.head}`} aria-hidden>
        {COLUMNS.map((column) => (
          <span key={column}>{t(`organisation.${column}`)}</span>
        ))}
      </div>
      <div className={styles.list}>
        <Rows
          rows={branches}
          rowKey={(branch) => branch.branchId}
          height={64}
          grows
          at={at}
          onAt={setAt}
          onOpen={open}
          opensByClick
          draw={(branch) => <Line branch={branch} />}
          label={t("view.organisation")}
          testid="branch-row"
        />
      </div>
    </div>
  );
}

function Line({ branch }: { branch: ViewedBranch }) {
  const now = useAsk("branch_now", { branchId: branch.branchId }, { everyMs: 60_000 });
  // Each branch in its own currency and time.
  setFormat(formatOf(branch));
  return (
    <span className={styles.line}>
      <b className={styles.name}>{branch.name}</b>
      {now.data === undefined ? <span className={styles.note}>{now.isError ? wording(now.error) : ""}</span> : <Figures now={now.data} />}
    </span>
  );
}

function Figures({ now }: { now: BranchNow }) {
  const open = now.drawers.filter((drawer) => drawer.state !== "closed").length;
  const isComplete = now.upToNowCount === now.tills.length && now.invitedTillNos.length === 0 && now.notCountedYet === 0;
  const Icon = isComplete ? IconCircleCheck : IconClockPause;
  return (
    <>
      <Cell column="takings" strong>
        {formatMoney(now.takingsMinor)}
      </Cell>
      <Cell column="against">
        {now.percentAbove === null ? "–" : formatSignedPercent(now.percentAbove)}
        {now.percentAbove !== null && <small>{t("organisation.before", { amount: formatMoney(now.weekBeforeByNowMinor) })}</small>}
      </Cell>
      <Cell column="sales">{formatCount(now.saleCount)}</Cell>
      <Cell column="drawers">{t("organisation.of", { count: open, all: now.drawers.length })}</Cell>
      <Cell column="tills" waits={!isComplete}>
        <span className={styles.mark}>
          <Icon size={20} stroke={1.75} aria-hidden />
          {t("organisation.of", { count: now.upToNowCount, all: now.tills.length })}
        </span>
      </Cell>
      <Cell column="settle">{formatCount(now.toSettleCount)}</Cell>
      <Cell column="heard">{heardOf(now)}</Cell>
    </>
  );
}

/** A figure with what it is: above it on a phone, in the head of the list elsewhere. */
function Cell({ column, strong = false, waits = false, children }: { column: (typeof COLUMNS)[number]; strong?: boolean; waits?: boolean; children: React.ReactNode }) {
  return (
    <span className={styles.cell} data-strong={strong} data-waits={waits} data-testid={`organisation-${column}`}>
      <span className={styles.what}>{t(`organisation.${column}`)}</span>
      <span>{children}</span>
    </span>
  );
}

/** When the last of its tills was heard. */
function heardOf(now: BranchNow): string {
  if (now.tills.some((till) => till.isConnected)) return t("sync.now");
  const last = Math.max(...now.tills.map((till) => till.lastHeardMs ?? 0));
  return last > 0 ? timeOf(last, now.nowMs) : t("sync.unheard");
}
