import { expect, it } from "vitest";
import { lastDayOf, shiftDate, shiftMonth } from "./date";

it("steps over months and years", () => {
  expect(shiftDate("2026-12-31", 1)).toBe("2027-01-01");
  expect(shiftDate("2028-03-01", -1)).toBe("2028-02-29");
});

it("steps over the end of a year, month by month", () => {
  expect(shiftMonth("2026-12", 1)).toBe("2027-01");
  expect(shiftMonth("2026-01", -1)).toBe("2025-12");
  expect(lastDayOf("2028-02")).toBe("2028-02-29");
  expect(lastDayOf("2026-12")).toBe("2026-12-31");
});
