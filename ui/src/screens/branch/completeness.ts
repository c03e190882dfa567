import type { BranchNow, TillNow } from "../../backend";
import { formatMoment, formatTime, isSameDay } from "../../format";
import { t } from "../../messages/messages";

/** Tills that the line names; the others are counted. */
const NAMED = 4;

/** A time of today, or with its day. */
export const timeOf = (ms: number, nowMs: number): string => (isSameDay(ms, nowMs) ? formatTime(ms) : formatMoment(ms));

/** How complete the picture is, in one line: who is here up to now, and what is missing of whom. */
export function completeness(now: BranchNow): string {
  const all = now.tills.length;
  if (all === 1 && now.invitedTillNos.length === 0) return t("branch.whole");
  const behind = [
    ...now.tills.filter((till) => !till.isUpToNow).map((till) => behindOf(till, now.nowMs)),
    ...now.invitedTillNos.map((no) => t("branch.invited", { no })),
  ];
  const parts = [now.upToNowCount === all ? t("branch.complete", { count: all }) : t("branch.partly", { count: now.upToNowCount, all }), ...behind.slice(0, NAMED)];
  if (behind.length > NAMED) parts.push(t("branch.moreTills", { count: behind.length - NAMED }));
  // A dot ends its line, it does not begin the next one.
  return parts.join("\u00a0· ");
}

function behindOf(till: TillNow, nowMs: number): string {
  const no = till.tillNo;
  if (till.salesNotHere > 0) return t("branch.missing", { no, count: till.salesNotHere });
  if (till.lastHeardMs === null) return t("branch.unheard", { no });
  return t("branch.heard", { no, time: timeOf(till.lastHeardMs, nowMs) });
}

/** When a till was last heard, beside what is shown of it. */
export function heard(till: TillNow, nowMs: number): string {
  if (till.isSelf) return t("branch.here");
  if (till.isConnected) return t("branch.hearsNow");
  return till.lastHeardMs === null ? t("branch.notHeard") : t("branch.heardAt", { time: timeOf(till.lastHeardMs, nowMs) });
}
