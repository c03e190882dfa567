// Every paper comes out of the printer where there is one; and what waits for a printer can be had in another way.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { atPrinter, CUT, idle, printerFor, sellTea, usual, withoutPrinter } from "./listener.mjs";
import { ask, gone, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";
import { catalogue } from "./till.mjs";

/** What a label printer is like. */
const label = { ...usual, columns: 32, cuts: false, drawerPin: null, printsReceipts: false, printsLogo: false };

/** A port on loopback where nothing listens any more. */
async function nowhere(context) {
  const printer = await printerFor(context);
  await printer.stop();
  return printer;
}

/** The bytes of the next file that the page saves by this. */
async function saved(till, does) {
  const saving = till.page.waitForEvent("download");
  await does();
  const file = await saving;
  return { name: file.suggestedFilename(), bytes: await readFile(await file.path()) };
}

test("X, count sheet and Z come out of the printer, and the second Z says that it is a copy", async (context) => {
  const { till, printer } = await atPrinter(context, { printsReceipts: false, drawerPin: null });
  await sellSyrup(till, "cash");
  await till.keys("Alt+6", "F3");
  await till.get("x-text").waitFor();
  await till.keys("F12");
  const x = await printer.got(CUT);
  assert.match(x, /5[.,]49/);
  await till.shows("print-asked", "It is being printed.");
  // Nothing was printed from the window beside it.
  assert.equal(await till.page.locator(".printed").count(), 0);
  await till.keys("Shift+F12");
  assert.notEqual(await printer.got(CUT), x);

  const { count } = await ask(till, "count_drawer", { entryId: randomUUID(), denominations: [{ valueMinor: 1, count: 15_549 }], other: [], recountReason: null });
  assert.equal(count.rows[0].overShortMinor, 0);
  await till.keys("Alt+3");
  await till.get("close-screen").waitFor();
  await till.keys("F12");
  await till.get("closed-screen").waitFor();
  const no = await read(till, "z-no");
  await till.page.waitForFunction(() => !document.querySelector('[data-testid="closed-print"]').disabled);
  await till.keys("Control+p");
  const z = await printer.got(CUT);
  assert.ok(z.includes(no));
  assert.doesNotMatch(z, /KOPIE/);
  await till.get("print-asked").waitFor();
  await till.keys("Control+p");
  assert.match(await printer.got(CUT), /KOPIE 1/);
  await till.keys("Enter", "Alt+6", "F6");
  await till.get("z-report").waitFor();
  await till.keys("F12");
  const copy = await printer.got(CUT);
  assert.match(copy, /KOPIE 2/);
  assert.ok(copy.includes(no));
  await till.keys("Shift+F12");
  assert.match(await printer.got(CUT), /155[.,]49/);
  assert.equal(await till.page.locator(".printed").count(), 0);
  await idle(till);
  assert.equal(printer.said(), "");
});

test("slips of cash and of a payment come out of the printer; without one they are printed from the window", async (context) => {
  const { till, printer } = await atPrinter(context, { printsReceipts: false, drawerPin: null });
  const paidOut = async () => {
    await till.keys("Alt+3");
    await till.get("drawer-session").waitFor();
    await till.keys("F2");
    await till.get("movement-amount").fill("12.50");
    await till.keys("F12");
    await till.get("movement-slip").waitFor();
    await till.keys("Control+p");
  };
  await paidOut();
  assert.match(await printer.got(CUT), /12[.,]50/);
  await till.get("print-asked").waitFor();

  await ask(till, "send_cash", { entryId: randomUUID(), from: { place: "drawer", tillNo: null, letter: null }, to: { place: "safe", tillNo: null, letter: null }, amountMinor: 3_300, denominations: [], reason: "too_much_cash", bagNo: "B-17", note: null });
  await till.keys("F10");
  await till.get("transfer-detail").or(till.get("drawer-detail")).first().waitFor();
  while ((await till.get("transfer-detail").count()) === 0) await till.keys("ArrowDown");
  await till.keys("Control+p");
  assert.match(await printer.got(CUT), /B-17/);

  const customerId = randomUUID();
  await ask(till, "add_customer", { customerId, name: "Praxis Dr. Stein" });
  await sellSyrup(till, "on_account", { customerId });
  await till.keys("Alt+7");
  await till.get("settle-amount").waitFor();
  await till.get("settle-amount").fill("5.00");
  await till.keys("F12");
  await till.get("settle-text").waitFor();
  await till.keys("Control+p");
  const slip = await printer.got(CUT);
  assert.match(slip, /Praxis Dr\. Stein/);
  assert.match(slip, /5[.,]00/);
  await idle(till);

  await ask(till, "set_printer", { which: "receipts", printer: null });
  await till.get("settle-print").click();
  assert.match(await till.page.locator(".printed pre").textContent(), /Praxis Dr\. Stein/);
  await paidOut();
  await till.page.waitForFunction(() => /12[.,]50/.test(document.querySelector(".printed pre")?.textContent ?? ""));
  assert.equal(printer.said(), "");
});

test("a price label is printed three times: at the receipt printer, and at the label printer once there is one", async (context) => {
  const { ibuprofen } = await catalogue();
  const till = await tillOnDuty(context);
  await till.keys("Alt+4");
  await till.get("catalogue-field").fill(ibuprofen.code);
  await till.shows("product-name", ibuprofen.name.slice(0, 9));
  await till.keys("Control+p");
  await till.shows("label-nowhere", "This till has no printer.");
  const file = await saved(till, () => till.keys("F10"));
  assert.equal(file.bytes.subarray(0, 5).toString(), "%PDF-");

  const printer = await printerFor(context);
  await ask(till, "set_printer", { which: "receipts", printer: { ...usual, address: printer.address() } });
  await till.shows("price-label", "There is no label printer");
  const labels = await printerFor(context);
  await ask(till, "set_printer", { which: "labels", printer: { ...label, address: labels.address() } });
  await till.shows("price-label", "They come out of the label printer.");
  await till.get("label-count").fill("100");
  assert.equal(await till.get("label-count").inputValue(), "10");
  await till.get("label-count").fill("0");
  await till.shows("price-label", "1 to 99");
  const { look, found } = inspector(till.page);
  await look("price label", "price-label");
  assert.deepEqual(found, []);
  await till.get("label-count").fill("3");
  await till.keys("Enter");
  const bytes = await labels.got(/Ibuprofen/i);
  assert.equal(bytes.match(/Ibuprofen/gi).length, 3);
  await till.shows("print-asked", "3 labels are being printed.");
  await till.keys("Escape");
  await gone(till, "price-label");
  await idle(till);
  assert.equal(printer.said(), "");
});

test("what waits is sent to the other printer, had as PDF, or dropped altogether", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const away = await nowhere(context);
  await ask(till, "set_printer", { which: "receipts", printer: { ...usual, drawerPin: null, address: away.address() } });
  const first = await sellTea(till);
  const second = await sellTea(till);
  await till.keys("Alt+P");
  await till.shows("print-row", first);
  // There is no other printer yet.
  assert.equal(await till.page.locator('[data-act="printer.other"]').count(), 0);
  assert.equal(await till.get("queue-labels").count(), 0);
  const other = await printerFor(context);
  await ask(till, "set_printer", { which: "labels", printer: { ...label, address: other.address() } });
  await till.shows("queue-labels", "Nothing waits.");
  const { look, found } = inspector(till.page);
  await look("both queues", "printer-dialog");
  assert.deepEqual(found, []);
  await till.keys("F9");
  assert.ok((await other.got(new RegExp(first))).includes(first));
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="print-row"]').length === 1);
  await till.shows("print-row", second);

  const file = await saved(till, () => till.keys("F10"));
  assert.match(file.name, /\.pdf$/);
  assert.ok(file.name.includes(second.replace(/^\D*/, "")));
  assert.equal(file.bytes.subarray(0, 5).toString(), "%PDF-");
  await till.shows("pdf-saved", "It is not printed any more.");
  await gone(till, "print-row");
  assert.equal((await ask(till, "printers")).receipts.count, 0);
  await till.keys("Escape");

  await sellTea(till);
  await sellTea(till);
  await till.keys("Alt+3");
  await till.keys("Alt+P");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="print-row"]').length === 2);
  await till.keys("F11");
  await till.shows("print-drop-all", "2 papers wait for the receipt printer.");
  // Escape goes one step back, and nothing is lost.
  await till.keys("Escape");
  await gone(till, "print-drop-all");
  assert.equal((await ask(till, "printers")).receipts.count, 2);
  await till.keys("F11");
  await till.get("print-drop-all").waitFor();
  await till.keys("F12");
  await gone(till, "print-row");
  assert.equal((await ask(till, "printers")).receipts.count, 0);
  // The printer is still away, and nothing waits for it.
  await gone(till, "printer-mark");
});

test("more papers than are shown are counted, and the label printer's trouble is said in the top bar", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const away = await nowhere(context);
  await ask(till, "set_printer", { which: "labels", printer: { ...label, address: away.address() } });
  for (let paper = 0; paper < 103; paper += 1) {
    await ask(till, "print", { printId: randomUUID(), paper: { what: paper % 2 === 0 ? "x" : "scanner_sheet", of: null, date: null, month: null }, which: "labels", count: 1 });
  }
  await till.shows("printer-mark", "label printer: no answer · 103 waiting");
  await till.get("printer-mark").click();
  await till.shows("queue-count", "The first 100 of 103 that wait.");
  await till.shows("print-row", "X report");
  await till.shows("queue-receipts", "Nothing waits.");
  await till.keys("F11", "F12");
  await gone(till, "print-row");
  await gone(till, "printer-mark");
});

test("a receipt shows its barcode and its code, and is saved as PDF", async (context) => {
  const till = await tillOnDuty(context, { imported: false, scheme: "dark" });
  await openDrawer(till);
  const { receiptNo } = await sellSyrup(till, "cash");
  await till.keys("Alt+2");
  await till.shows("sale-detail", receiptNo);
  const { barcode, bars } = (await ask(till, "sale", { saleId: await till.get("sale-row").first().getAttribute("data-key") })).receipt;
  const picture = till.get("receipt-text-bars");
  assert.equal((await picture.textContent()).trim(), barcode);
  // White on both sides, also in the dark theme.
  assert.equal(await picture.locator("svg").getAttribute("viewBox"), `0 0 ${bars.length + 20} 1`);
  assert.equal(await picture.evaluate((figure) => getComputedStyle(figure).backgroundColor), "rgb(255, 255, 255)");
  await till.get("receipt-text-code").waitFor();
  const file = await saved(till, () => till.keys("F10"));
  assert.equal(file.bytes.subarray(0, 5).toString(), "%PDF-");
  await till.shows("pdf-saved", file.name);
});

test("the journal of a day and its month come out of the printer; without one they are printed from the window", async (context) => {
  const { till, printer } = await atPrinter(context, { printsReceipts: false, drawerPin: null });
  const { receiptNo } = await sellSyrup(till, "cash");
  await till.keys("Alt+6");
  await till.get("day-takings").waitFor();
  await till.keys("Control+p");
  const journal = await printer.got(CUT);
  assert.match(journal, /journal/i);
  assert.ok(journal.includes(receiptNo));
  await till.shows("print-asked", "It is being printed.");
  await till.keys("Control+Shift+p");
  const month = await printer.got(CUT);
  assert.notEqual(month, journal);
  assert.match(month, /5[.,]49/);
  // What was said of one day is not said of another.
  await till.keys("ArrowLeft");
  await till.get("day-empty").waitFor();
  await till.get("day-printJournal").click();
  assert.equal((await printer.got(CUT)).includes(receiptNo), false);
  await till.get("print-asked").waitFor();
  await till.keys("ArrowRight");
  await gone(till, "print-asked");
  assert.equal(await till.page.locator(".printed").count(), 0);

  await withoutPrinter(till);
  await till.keys("Control+p");
  await till.page.waitForFunction((no) => document.querySelector(".printed pre")?.textContent.includes(no), receiptNo);
  assert.equal(printer.said(), "");
});
