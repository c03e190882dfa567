import { expect, it } from "vitest";
import type { PrinterView, PrintView } from "../backend";
import { lookWords, toLookAt } from "./printing";

const printer = { address: "192.168.1.40", columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true };
const idle: PrinterView = { printer, trouble: null, queue: [] };
const paper = (state: string): PrintView => ({ printId: state, what: "receipt", no: "1-1", copyNo: 0, atMs: 0, state });

it.each([
  [null, idle],
  // What is on its way is out in a moment.
  [null, { ...idle, queue: [paper("prints")] }],
  ["1 paper waits", { ...idle, queue: [paper("prints"), paper("waits")] }],
  ["2 papers wait", { ...idle, queue: [paper("waits"), paper("waits")] }],
  ["printer: no paper", { ...idle, trouble: "printer_no_paper" }],
  ["printer: no answer · 1 waiting", { ...idle, trouble: "printer_unreachable", queue: [paper("waits")] }],
  // Only a person can settle a doubt, so it comes first.
  ["1 paper in doubt", { ...idle, trouble: "printer_unreachable", queue: [paper("in_doubt"), paper("waits")] }],
  // Without a printer nothing is to be looked at, whatever waits for the next one.
  [null, { ...idle, printer: null, queue: [paper("waits")] }],
] as const)("the top bar says %s", (words, view) => {
  const look = toLookAt(view as PrinterView);
  expect(look === null ? null : lookWords(look)).toBe(words);
});
