import { IconBuildingStore, IconDatabaseExport, IconProgress, IconUser } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { formatAgo, formatMoment, formatTime, isSameDay } from "../format";
import { t } from "../messages/messages";
import { named } from "../messages/wording";
import { useJob } from "../parts/Job";
import { Kbd } from "../parts/Kbd";
import styles from "./Frame.module.css";
import { MailMark } from "./MailMark";
import { PrinterMark } from "./PrinterMark";
import { useDuty } from "./screens";
import { SyncMark } from "./SyncMark";

type Props = { onPerson: () => void; onSync: () => void; onPrinter: () => void; onMail: () => void };

/** Branch and till, session, what waits to be sent, backup, printer, mails, person on duty, clock. */
export function TopBar({ onPerson, onSync, onPrinter, onMail }: Props) {
  const { status, till, person } = useDuty();
  const nowMs = useClock();
  const { session } = status;
  return (
    <header className={styles.top}>
      <span className={styles.branch}>
        <IconBuildingStore size={20} stroke={1.75} style={{ verticalAlign: -4, marginRight: 8 }} aria-hidden />
        {till.branchName} · {t("frame.till", { no: till.tillNo })}
      </span>
      <span className={styles.muted} data-testid="session-state">
        {session === null ? t("frame.closed") : sessionSince(session.openedAtMs, nowMs)}
      </span>
      <SyncMark nowMs={nowMs} onOpen={onSync} />
      <BackupMark nowMs={nowMs} />
      <PrinterMark onOpen={onPrinter} />
      <MailMark onOpen={onMail} />
      <JobMark />
      <span className={styles.gap} />
      <button type="button" className={styles.person} onClick={onPerson} data-testid="person">
        <IconUser size={20} stroke={1.75} aria-hidden />
        {person.name}
        <Kbd>F4</Kbd>
      </button>
      <time className={styles.clock} data-testid="clock">
        {formatTime(nowMs)}
      </time>
    </header>
  );
}

function sessionSince(openedAtMs: number, nowMs: number): string {
  const since = isSameDay(openedAtMs, nowMs) ? formatTime(openedAtMs) : formatMoment(openedAtMs);
  return t("frame.openSince", { since });
}

function BackupMark({ nowMs }: { nowMs: number }) {
  const { backup } = useDuty().status;
  const waits = backup.overdue || backup.failed !== null;
  return (
    <span className={styles.mark} data-tone={waits ? "waits" : undefined} data-testid="backup-state">
      <IconDatabaseExport size={20} stroke={1.75} aria-hidden />
      {backup.lastMs === null
        ? t("backup.none")
        : t(backup.failed === null ? "backup.age" : "backup.failed", { age: formatAgo(backup.lastMs, nowMs) })}
    </span>
  );
}

/** Long work that goes on behind while people sell. */
function JobMark() {
  const { jobs } = useDuty().status;
  const job = useJob(jobs.find(({ state }) => state === "running") ?? null, 2000);
  if (job?.state !== "running") return null;
  const what = named("job", job.kind);
  return (
    <span className={`${styles.mark} ${styles.work}`} data-testid="job-mark">
      <IconProgress size={20} stroke={1.75} aria-hidden />
      <span>{job.total > 0 ? t("job.part", { what, percent: Math.floor((job.done / job.total) * 100) }) : what}</span>
    </span>
  );
}

/** The wall clock, redrawn when its minute changes. */
export function useClock(): number {
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const timer = window.setTimeout(() => setNowMs(Date.now()), 60_000 - (nowMs % 60_000) + 50);
    return () => window.clearTimeout(timer);
  }, [nowMs]);
  return nowMs;
}
