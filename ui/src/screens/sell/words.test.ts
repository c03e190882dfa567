import { describe, expect, it } from "vitest";
import type { BasketLineView } from "../../backend";
import { canChooseLot, lotHold, parseDiscount, strangerFirst } from "./words";

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

describe("what is about the lot of a line", () => {
  const holds = [
    { code: "rx_unconfirmed", lineNo: 1 },
    { code: "lot_to_check", lineNo: 2 },
    { code: "lot_recalled", lineNo: 3 },
    { code: "session_closed", lineNo: null },
  ];
  it.each([
    [1, null],
    [2, "lot_to_check"],
    [3, "lot_recalled"],
  ])("line %d: %s", (lineNo, code) => expect(lotHold(holds, lineNo)).toBe(code));

  it("is chosen for goods that are sold and known", () => {
    const of = (quantity: number, isUnknown: boolean) => canChooseLot({ quantity, isUnknown } as BasketLineView);
    expect([of(2, false), of(-2, false), of(1, true)]).toEqual([true, false, false]);
  });

  it("says what is to be done first", () => {
    const blocked = { name: "Nasal spray", lot: "A71", expiry: null, reason: "lot_recalled" };
    expect(strangerFirst({ code: "123", reason: null, blocked })).toMatch(/^Nasal spray must not be sold/);
    expect(strangerFirst({ code: "123", reason: null })).toMatch(/^123 is still open/);
  });
});
