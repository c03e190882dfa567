import type { SyncView } from "../backend";

/**
 * How a till stands to its server: `alone` has none, `stopped` one that refuses it or that it refuses, `differs`
 * one that comes to other figures out of the same records.
 */
export type SyncState = "alone" | "stopped" | "differs" | "sent" | "waits" | "offline";

/** A sale that is just on its way does not wait yet: the mark must not blink with every sale. */
const ON_ITS_WAY_MS = 10_000;

export function syncState(sync: SyncView, nowMs: number): SyncState {
  if (!sync.hasServer) return "alone";
  if (sync.refused !== null) return "stopped";
  if (sync.hasOtherFigures) return "differs";
  const isOnItsWay = sync.isConnected && sync.oldestUnsentMs !== null && nowMs - sync.oldestUnsentMs < ON_ITS_WAY_MS;
  if (sync.unsentCount > 0 && !isOnItsWay) return "waits";
  return sync.isConnected ? "sent" : "offline";
}
