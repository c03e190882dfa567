import { expect, it } from "vitest";
import type { PrinterView, PrintView } from "../backend";
import { askedWords, lookWords, toLookAt, waitingAt } from "./printing";

const printer = { address: "192.168.1.40", baud: null, columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true, printsLogo: true };
const idle: PrinterView = { printer, trouble: null, queue: [], count: 0 };
const paper = (state: string): PrintView => ({ printId: state, what: "receipt", no: "1-1", copyNo: 0, count: 1, atMs: 0, state });
const holding = (...states: string[]): Partial<PrinterView> => ({ queue: states.map(paper), count: states.length });
const none: PrinterView = { ...idle, printer: null };

it.each([
  [null, idle, idle],
  // What is on its way is out in a moment.
  [null, { ...idle, ...holding("prints") }, none],
  ["1 paper waits", { ...idle, ...holding("prints", "waits") }, none],
  ["2 papers wait", { ...idle, ...holding("waits", "waits") }, none],
  ["printer: no paper", { ...idle, trouble: "printer_no_paper" }, none],
  ["printer: no answer · 1 waiting", { ...idle, trouble: "printer_unreachable", ...holding("waits") }, idle],
  // Only a person can settle a doubt, so it comes first.
  ["1 paper in doubt", { ...idle, trouble: "printer_unreachable", ...holding("in_doubt", "waits") }, none],
  // Without a printer nothing is to be looked at, whatever waits for the next one.
  [null, { ...none, ...holding("waits") }, none],
  // Both printers are looked at, and it is said which one.
  ["label printer: no paper · 3 waiting", { ...idle, ...holding("waits") }, { ...idle, trouble: "printer_no_paper", ...holding("waits", "waits") }],
  ["printer: cover open", { ...idle, trouble: "printer_cover_open" }, { ...idle, trouble: "printer_no_paper" }],
  ["2 papers in doubt", { ...idle, ...holding("in_doubt") }, { ...idle, ...holding("in_doubt") }],
  ["label printer: may not be used", none, { ...idle, trouble: "printer_forbidden" }],
] as const)("the top bar says %s", (words, receipts, labels) => {
  const look = toLookAt({ receipts: receipts as PrinterView, labels: labels as PrinterView });
  expect(look === null ? null : lookWords(look)).toBe(words);
});

it("counts what waits beyond the papers that are shown", () => {
  expect(waitingAt({ ...idle, queue: [paper("in_doubt"), paper("prints"), paper("waits")], count: 140 })).toBe(138);
});

it.each([
  ["The receipt is being printed.", null, "receipt", 1],
  ["The receipt waits. Printer: no paper.", "printer_no_paper", "receipt", 1],
  ["It is being printed.", null, "z", 1],
  ["It waits to be printed. Printer: no answer.", "printer_unreachable", "x", 1],
  ["1 label is being printed.", null, "price_label", 1],
  ["3 labels are being printed.", null, "price_label", 3],
  ["3 labels wait. Printer: paper not taken.", "printer_refused", "price_label", 3],
] as const)("of what was asked for is said: %s", (words, trouble, what, count) => {
  expect(askedWords({ ...idle, trouble }, what, count)).toBe(words);
});
