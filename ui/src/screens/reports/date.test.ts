import { expect, it } from "vitest";
import { shiftDate } from "./date";

it("steps over months and years", () => {
  expect(shiftDate("2026-12-31", 1)).toBe("2027-01-01");
  expect(shiftDate("2028-03-01", -1)).toBe("2028-02-29");
});
