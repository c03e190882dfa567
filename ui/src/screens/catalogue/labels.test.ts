import { expect, it } from "vitest";
import type { PrinterView } from "../../backend";
import { labelCount, labelPrinter } from "./labels";

it.each([
  ["1", 1],
  [" 99 ", 99],
  ["007", 7],
  ["0", null],
  ["100", null],
  ["", null],
  ["-3", null],
  ["1.5", null],
  ["three", null],
] as const)("%j are %s labels", (text, count) => {
  expect(labelCount(text)).toBe(count);
});

it.each([
  ["labels", true, true],
  ["labels", false, true],
  ["receipts", true, false],
  [null, false, false],
] as const)("labels come out at %s", (which, hasReceipts, hasLabels) => {
  const view = (has: boolean) => ({ printer: has ? {} : null, trouble: null, queue: [], count: 0 }) as unknown as PrinterView;
  expect(labelPrinter({ receipts: view(hasReceipts), labels: view(hasLabels) })).toBe(which);
});
