import { IconCloudCheck, IconCloudOff, IconCloudPause, IconCloudUp, IconDeviceDesktop } from "@tabler/icons-react";
import type { SyncView } from "../backend";
import { formatLasting, formatMoment, formatMoney, formatTime, isSameDay } from "../format";
import { t } from "../messages/messages";
import styles from "./Frame.module.css";
import { useDuty } from "./screens";
import { type SyncState, syncState } from "./sync";

const ICONS: Record<SyncState, typeof IconCloudUp> = {
  alone: IconDeviceDesktop,
  stopped: IconCloudPause,
  sent: IconCloudCheck,
  waits: IconCloudUp,
  offline: IconCloudOff,
};

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
      data-tone={state === "waits" || state === "stopped" ? "waits" : undefined}
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
  if (state === "waits") {
    return t("sync.waits", {
      count: sync.unsentCount,
      amount: formatMoney(sync.unsentMinor),
      oldest: sync.oldestUnsentMs === null ? "" : formatLasting(sync.oldestUnsentMs, nowMs),
    });
  }
  if (state !== "offline") return t(`sync.${state}`);
  const at = sync.lastContactMs;
  if (at === null) return t("sync.never");
  return t("sync.offline", { since: isSameDay(at, nowMs) ? formatTime(at) : formatMoment(at) });
}
