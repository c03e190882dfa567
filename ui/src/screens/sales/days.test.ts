import { expect, it } from "vitest";
import { parseDay, shiftDay } from "./days";

it.each([
  ["2026-11-21", "2026-11-21"],
  ["21.11.2026", "2026-11-21"],
  ["21/11/26", "2026-11-21"],
  ["21.11.", "2026-11-21"],
  ["1.2", "2026-02-01"],
  ["-1", "2026-11-20"],
  ["31.2.2026", null],
  ["21.13.2026", null],
  ["yesterday", null],
  ["", null],
])("%s is %s", (text, day) => expect(parseDay(text, "2026-11-21")).toBe(day));

it("goes over the end of months and years", () => {
  expect(shiftDay("2026-12-31", 1)).toBe("2027-01-01");
  expect(shiftDay("2028-03-01", -1)).toBe("2028-02-29");
});
