import { expect, it } from "vitest";
import { barsPicture } from "./bars";

it("draws dark modules side by side as one bar, with ten light ones at both ends", () => {
  expect(barsPicture("1101")).toEqual({ width: 24, path: "M10 0h2v1h-2zM13 0h1v1h-1z" });
});

it("draws as many dark modules as there are", () => {
  const bars = "11010010000100101100";
  const dark = [...barsPicture(bars).path.matchAll(/h(\d+)v/g)].reduce((sum, [, width]) => sum + Number(width), 0);
  expect(dark).toBe([...bars].filter((module) => module === "1").length);
});
