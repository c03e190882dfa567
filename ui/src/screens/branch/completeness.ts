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
  const isThisTill = now.tills.some((till) => till.isSelf);
  if (isThisTill && all === 1 && now.invitedTillNos.length === 0) return t("branch.whole");
  const behind = [
    ...now.tills.filter((till) => !till.isUpToNow).map((till) => behindOf(till, now.nowMs)),
    ...now.invitedTillNos.map((no) => t("branch.invited", { no })),
  ];
  const parts = [howMany(now, isThisTill), ...behind.slice(0, NAMED)];
  if (behind.length > NAMED) parts.push(t("branch.moreTills", { count: behind.length - NAMED }));
  if (now.notCountedYet > 0) parts.push(t("branch.notCounted", { count: now.notCountedYet }));
  // A dot ends its line, it does not begin the next one.
  return parts.join("\u00a0· ");
}

function howMany(now: BranchNow, isThisTill: boolean): string {
  const all = now.tills.length;
  if (now.upToNowCount < all) return t("branch.partly", { count: now.upToNowCount, all });
  // "This till" is said only where there is one.
  return all === 1 && !isThisTill ? t("branch.oneTill") : t("branch.complete", { count: all });
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
