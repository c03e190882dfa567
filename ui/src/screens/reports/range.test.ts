import { expect, it } from "vitest";
import { lastDays, withFrom, withTo } from "./range";

const november = { from: "2026-11-01", to: "2026-11-22" };

it("counts today among the last days", () => {
  expect(lastDays("2026-11-22", 1)).toEqual({ from: "2026-11-22", to: "2026-11-22" });
  expect(lastDays("2026-11-22", 7)).toEqual({ from: "2026-11-16", to: "2026-11-22" });
  expect(lastDays("2026-03-01", 30)).toEqual({ from: "2026-01-31", to: "2026-03-01" });
});

it("keeps the other end where it can", () => {
  expect(withFrom(november, "2026-11-05")).toEqual({ from: "2026-11-05", to: "2026-11-22" });
  expect(withFrom(november, "2026-11-23")).toEqual({ from: "2026-11-23", to: "2026-11-23" });
  expect(withTo(november, "2026-11-05")).toEqual({ from: "2026-11-01", to: "2026-11-05" });
  expect(withTo(november, "2026-10-31")).toEqual({ from: "2026-10-31", to: "2026-10-31" });
});

it("asks for a year at the most", () => {
  expect(withFrom(november, "2025-11-22")).toEqual({ from: "2025-11-22", to: "2026-11-22" });
  expect(withFrom(november, "2025-11-21")).toEqual({ from: "2025-11-21", to: "2026-11-21" });
  expect(withTo({ from: "2025-01-01", to: "2025-01-02" }, "2026-11-22")).toEqual({ from: "2025-11-22", to: "2026-11-22" });
});
