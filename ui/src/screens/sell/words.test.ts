import { describe, expect, it } from "vitest";
import { parseDiscount } from "./words";

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
