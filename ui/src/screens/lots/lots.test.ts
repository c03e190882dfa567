import { describe, expect, it } from "vitest";
import type { ExpiryRow } from "../../backend";
import { bucketWords, daysWords, sumOf } from "./expiry";
import { typedLots } from "./words";

describe("lots as typed", () => {
  it.each([
    ["A71", ["A71"]],
    [" A71, B2;C3 \n D 4 ", ["A71", "B2", "C3", "D 4"]],
    ["A71, a71, A71", ["A71", "a71"]],
    [" , ;", []],
  ])("%s", (text, lots) => expect(typedLots(text)).toEqual(lots));
});

describe("what expires", () => {
  const buckets = [0, 30, 60].map((days) => ({ days, lots: 0, packs: 0, valueMinor: 0 }));
  it("is named by the days that are left", () => {
    expect(buckets.map((_, at) => bucketWords(buckets, at))).toEqual(["Expired or today", "Up to 30 days", "31 to 60 days"]);
    expect([-2, -1, 0, 1, 40].map(daysWords)).toEqual(["2 days ago", "1 day ago", "expires today", "1 day left", "40 days left"]);
  });

  it("is summed where somebody chose it; without a price it is worth nothing", () => {
    const row = (packs: number, valueMinor: number | null) => ({ packs, valueMinor }) as ExpiryRow;
    expect(sumOf([row(2, 990), row(3, null), row(1, 10)])).toEqual({ packs: 6, value: 1000 });
    expect(sumOf([])).toEqual({ packs: 0, value: 0 });
  });
});
