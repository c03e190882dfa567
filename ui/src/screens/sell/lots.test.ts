import { describe, expect, it } from "vitest";
import type { BasketLineView, LineLotView } from "../../backend";
import { daysUntil, expiryWarning, lotsWords } from "./lots";

const lot = (name: string | null, expiry: string | null, packs: number, isExpiringSoon = false): LineLotView => ({ lot: name, expiry, packs, isExpiringSoon });
const line = (quantity: number, lots: LineLotView[], scanned: Partial<BasketLineView> = {}) => ({ quantity, lots, lot: null, expiry: null, ...scanned }) as BasketLineView;

describe("the lots of a line", () => {
  it.each([
    ["one", line(2, [lot("A71", "2027-03-31", 2)]), "batch A71 · exp 2027-03"],
    ["two", line(3, [lot("A71", "2027-03-31", 2), lot("B2", "2027-06-30", 1)]), "2 × A71 · exp 2027-03, 1 × B2 · exp 2027-06"],
    ["one for some of its packs", line(3, [lot("A71", null, 2)]), "2 × A71"],
    ["packs without a known lot beside others", line(2, [lot("A71", null, 1), lot(null, "2027-06-30", 1)]), "1 × A71, 1 × batch not known · exp 2027-06"],
    ["an expiry alone", line(1, [lot(null, "2027-03-31", 1)]), "exp 2027-03"],
    ["none", line(1, []), ""],
    ["scanned, while the desk says none", line(-1, [], { lot: "A71", expiry: "2027-03-31" }), "batch A71 · exp 2027-03"],
  ])("%s", (_, of, words) => expect(lotsWords(of)).toBe(words));
});

describe("an expiry", () => {
  const warn = (expiry: string | null, isSoon = true) => expiryWarning(line(2, [lot("A71", "2030-01-31", 1), lot("B2", expiry, 1, isSoon)]), "2026-11-21");
  it.each([
    [null, null],
    ["2026-12-14", "3 weeks left"],
    ["2026-12-03", "12 days left"],
    ["2026-11-22", "1 day left"],
    ["2026-11-21", "expires today"],
    ["2026-11-20", "expired"],
  ])("%s: %s", (expiry, words) => expect(warn(expiry)).toBe(words));

  it("far away is not warned of", () => expect(warn("2027-02-28", false)).toBeNull());

  it("is counted in days, whatever the clock does in between", () => {
    expect(daysUntil("2026-03-30", "2026-03-28")).toBe(2);
    expect(daysUntil("2026-10-26", "2026-10-24")).toBe(2);
  });
});
