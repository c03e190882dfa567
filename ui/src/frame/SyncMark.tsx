import { IconCloudCheck, IconCloudOff, IconCloudPause, IconCloudUp, IconDeviceDesktop } from "@tabler/icons-react";
import type { SyncView } from "../backend";
import { formatLasting, formatMoney } from "../format";
import { t } from "../messages/messages";
import styles from "./Frame.module.css";
import { useDuty } from "./screens";
import { offlineWords } from "./serverFacts";
import { type SyncState, syncState } from "./sync";

const ICONS: Record<SyncState, typeof IconCloudUp> = {
  alone: IconDeviceDesktop,
  stopped: IconCloudPause,
  differs: IconCloudPause,
  sent: IconCloudCheck,
  waits: IconCloudUp,
  offline: IconCloudOff,
};

const MINUTE_MS = 60_000;

/** How this till stands to its server; the details open by it. Calm in every state: being offline is normal. */
export function SyncMark({ nowMs, onOpen }: { nowMs: number; onOpen: () => void }) {
  const { sync } = useDuty().status;
  const state = syncState(sync, nowMs);
  const Icon = ICONS[state];
  const words = wordsOf(state, sync, nowMs);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.mark} ${styles.sync}`}
      data-tone={state === "waits" || state === "stopped" || state === "differs" ? "waits" : undefined}
      data-testid="sync-state"
      data-state={state}
      title={`${words} · Alt+0`}
      onClick={onOpen}
    >
      <Icon size={20} stroke={1.75} aria-hidden />
      <span>{words}</span>
    </button>
  );
}

function wordsOf(state: SyncState, sync: SyncView, nowMs: number): string {
  if (state === "offline") return offlineWords(sync, nowMs);
  if (state !== "waits") return t(`sync.${state}`);
  const waiting = { count: sync.unsentCount, amount: formatMoney(sync.unsentMinor) };
  const oldestMs = sync.oldestUnsentMs ?? nowMs;
  // "0 minutes" would say nothing.
  return nowMs - oldestMs < MINUTE_MS ? t("sync.waitsNow", waiting) : t("sync.waits", { ...waiting, oldest: formatLasting(oldestMs, nowMs) });
}
