import type { SyncView } from "../backend";
import { formatMoment, formatMoney, formatTime, isSameDay } from "../format";
import { t } from "../messages/messages";

/** Since when the server does not answer. */
export function offlineWords(sync: SyncView, nowMs: number): string {
  const at = sync.lastContactMs;
  if (at === null) return t("sync.never");
  return t("sync.offline", { since: isSameDay(at, nowMs) ? formatTime(at) : formatMoment(at) });
}

/** What is known of the server and of what waits here for it, by name. */
export function serverFacts(sync: SyncView, nowMs: number): [string, string][] {
  const isRefused = sync.refused !== null;
  const facts: [string, string][] = [
    [t("server.address"), sync.address ?? ""],
    [t("sync.state"), isRefused ? t("sync.stopped") : sync.isConnected ? t("sync.connected") : offlineWords(sync, nowMs)],
  ];
  if (isRefused && sync.lastContactMs !== null) facts.push([t("sync.lastContact"), formatMoment(sync.lastContactMs)]);
  facts.push([t("sync.toSend"), sync.unsentCount === 0 ? t("sync.nothing") : t("sync.unsent", { count: sync.unsentCount, amount: formatMoney(sync.unsentMinor) })]);
  if (sync.oldestUnsentMs !== null) facts.push([t("sync.oldest"), formatMoment(sync.oldestUnsentMs)]);
  facts.push([t("sync.backup"), sync.backedUpMs === null ? t("sync.noBackup") : t("sync.backedUp", { until: isSameDay(sync.backedUpMs, nowMs) ? formatTime(sync.backedUpMs) : formatMoment(sync.backedUpMs) })]);
  return facts;
}
