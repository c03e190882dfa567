import { describe, expect, it } from "vitest";
import type { BasketLineView } from "../../backend";
import { expiryWarning, parseDiscount } from "./words";

describe("a discount as typed", () => {
  it.each([
    ["10%", { kind: "percent", value: 1000 }],
    ["12,5 %", { kind: "percent", value: 1250 }],
    ["1.50", { kind: "amount", value: 150 }],
    ["0", { kind: "amount", value: 0 }],
    ["101%", null],
    ["-1", null],
    ["ten", null],
    ["", null],
  ])("%s", (text, discount) => expect(parseDiscount(text)).toEqual(discount));
});

describe("an expiry", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const warn = (expiry: string | null) => expiryWarning({ expiry } as BasketLineView, now);
  it.each([
    [null, null],
    ["2028-03-31", null],
    ["2026-12-14", "3 weeks left"],
    ["2026-11-22", "1 day left"],
    ["2026-11-20", "expired"],
  ])("%s: %s", (expiry, words) => expect(warn(expiry)).toBe(words));
});
