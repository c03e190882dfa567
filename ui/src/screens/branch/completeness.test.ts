import { expect, it } from "vitest";
import type { BranchNow, TillNow } from "../../backend";
import { setFormat } from "../../format";
import { setLanguage } from "../../messages/messages";
import { completeness } from "./completeness";

const NOON = Date.parse("2026-11-21T12:00:00Z");
const self: TillNow = { tillNo: 1, isSelf: true, isConnected: true, lastHeardMs: NOON, salesNotHere: 0, isUpToNow: true };
const other = (tillNo: number, is: Partial<TillNow> = {}): TillNow => ({ ...self, tillNo, isSelf: false, ...is });
const away = (tillNo: number): TillNow => other(tillNo, { isConnected: false, isUpToNow: false, lastHeardMs: NOON - 600_000 });

it.each([
  [[self], "This till is the whole branch: everything is here."],
  [[self, other(2)], "All 2 tills up to now"],
  [[self], "This till up to now · Till 3 was invited and is not heard yet", [3]],
  [[self, away(2)], "1 of 2 tills up to now · Till 2 last heard 11:50 · Till 3 was invited and is not heard yet", [3]],
  [[self, other(2), away(4)], "2 of 3 tills up to now · Till 4 last heard 11:50"],
  [[self, other(2, { isUpToNow: false, salesNotHere: 3 })], "1 of 2 tills up to now · Till 2: 3 sales not yet here"],
  [[self, other(2, { isUpToNow: false, isConnected: false, lastHeardMs: null })], "1 of 2 tills up to now · Till 2 not heard yet"],
  [[self, ...[2, 3, 4, 5, 6, 7].map(away)], "1 of 7 tills up to now · Till 2 last heard 11:50 · Till 3 last heard 11:50 · Till 4 last heard 11:50 · Till 5 last heard 11:50 · and 2 more"],
  // At a server no till is this one, and what was stored just now is counted a moment later.
  [[other(1)], "The only till up to now"],
  [[other(1), other(2)], "All 2 tills up to now · 120 records are still being counted in", [], 120],
] as [TillNow[], string, number[]?, number?][])("%#", (tills, words, invitedTillNos = [], notCountedYet = 0) => {
  setLanguage("en");
  setFormat({ locale: "en-GB", timeZone: "UTC" });
  const now = { nowMs: NOON, tills, invitedTillNos, notCountedYet, upToNowCount: tills.filter((till) => till.isUpToNow).length };
  expect(completeness(now as BranchNow).replaceAll("\u00a0", " ")).toBe(words);
});
