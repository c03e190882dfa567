import { expect, it } from "vitest";
import type { PrintersView, PrinterView, PrintView } from "../backend";
import { paperName, paperWords, queuedAt, shownQueues } from "./queue";

const none: PrinterView = { printer: null, trouble: null, queue: [], count: 0 };
const printer = { address: "a", baud: null, columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true, printsLogo: true };
const paper = (what: string, no: string | null = null, copyNo = 0): PrintView => ({ printId: what, what, no, copyNo, count: 1, atMs: 0, state: "waits" });
const at = (receipts: Partial<PrinterView>, labels: Partial<PrinterView>): PrintersView => ({ receipts: { ...none, ...receipts }, labels: { ...none, ...labels } });

it.each([
  ["Receipt 1-000001", paper("receipt", "1-000001"), null],
  ["Receipt 1-000001, copy 2", paper("receipt", "1-000001", 2), null],
  ["Z 1-Z0003", paper("z", "1-Z0003"), null],
  ["X report", paper("x", "X-1-2026-03-02"), "X-1-2026-03-02"],
  ["Count sheet", paper("count_sheet", "count-sheet-1"), null],
  ["What was counted", paper("counted", "count-1"), "count-1"],
  ["Transfer slip", paper("transfer_slip", "transfer-1"), "transfer-1"],
  ["Slip for paid in or out", paper("cash_slip", "cash-1"), "cash-1"],
  ["Payment to an account", paper("settlement", "settlement-1"), "settlement-1"],
  ["3 × Price label", { ...paper("price_label", "Ibuprofen"), count: 3 }, "Ibuprofen"],
  ["Scanner test sheet", paper("scanner_sheet", "scanner-1"), null],
  ["Test page", paper("test"), null],
  ["Day journal", paper("day_journal", "journal-1"), "journal-1"],
  ["Month", paper("month_summary", "month-1"), "month-1"],
  // What a newer till put there has a name at least.
  ["shelf_list", paper("shelf_list"), null],
] as const)("says %s", (words, view, name) => {
  expect(paperWords(view)).toBe(words);
  expect(paperName(view)).toBe(name);
});

it("shows the label printer's queue where there is one, or something waits", () => {
  expect(shownQueues(at({ printer }, {}))).toEqual(["receipts"]);
  expect(shownQueues(at({}, { printer }))).toEqual(["receipts", "labels"]);
  expect(shownQueues(at({ printer }, { count: 1, queue: [paper("price_label")] }))).toEqual(["receipts", "labels"]);
});

it("lists one queue behind the other", () => {
  const printers = at({ queue: [paper("x"), paper("z")] }, { queue: [paper("price_label")] });
  expect(queuedAt(printers, ["receipts", "labels"]).map(({ which, paper: { what } }) => `${which} ${what}`)).toEqual(["receipts x", "receipts z", "labels price_label"]);
});
