import { describe, expect, it } from "vitest";
import { hoursShown, niceScale, scaleAround } from "./scale";

describe("the scale of the chart", () => {
  it.each([
    [0, 100, 100, 2],
    [100, 100, 100, 2],
    [499, 100, 500, 6],
    [501, 100, 600, 4],
    [31_240, 100, 40_000, 5],
    [1_000_000, 100, 1_000_000, 6],
    [7, 1, 8, 5],
  ])("up to %i in units of %i ends at %i with %i ticks", (highest, unit, top, ticks) => {
    const scale = niceScale(highest, unit);
    expect(scale.top).toBe(top);
    expect(scale.ticks).toHaveLength(ticks);
    expect(scale.ticks.at(-1)).toBe(top);
  });
});

it.each([
  [0, 0, [0, 100]],
  [250, 0, [0, 100, 200, 300]],
  [0, -250, [-300, -200, -100, 0]],
  [120, -450, [-500, -400, -300, -200, -100, 0, 100, 200]],
  [9_000, -10, [-2_000, 0, 2_000, 4_000, 6_000, 8_000, 10_000]],
])("from %i to %i around zero has the steps %j", (highest, lowest, ticks) => {
  const scale = scaleAround(highest, lowest, 100);
  expect(scale.ticks.map((tick) => tick + 0)).toEqual(ticks);
  expect([scale.bottom + 0, scale.top]).toEqual([ticks.at(0), ticks.at(-1)]);
});

it("shows the opening hours, and earlier or later ones where something happened", () => {
  const none = Array.from({ length: 24 }, () => 0);
  expect(hoursShown(none, none)).toEqual([8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18]);
  const late = none.with(22, 500);
  expect(hoursShown(none, late).at(-1)).toBe(22);
  expect(hoursShown(none.with(6, -300), none)[0]).toBe(6);
});
