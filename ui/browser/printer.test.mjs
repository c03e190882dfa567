// The printers: set up, found, tried out, and what they do to selling; with a printer on loopback that says nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { atPrinter, CUT, idle, printerFor, PULSE, sellTea, usual } from "./listener.mjs";
import { ask, gone, read, tillOnDuty } from "./scene.mjs";

test("a printer is set up by keyboard, prints a test page, and is taken away", async (context) => {
  const printer = await printerFor(context);
  const till = await tillOnDuty(context, { imported: false });
  // Without a printer there is nothing to look at.
  await till.keys("Alt+P");
  assert.equal(await till.get("printer-dialog").count(), 0);
  await till.keys("Alt+8");
  await till.shows("printer-state", "No receipt printer is set up.");
  assert.equal(await till.get("printer-test").isDisabled(), true);
  assert.equal(await till.get("printer-save").isDisabled(), true);

  await till.keys("Control+k");
  await till.get("palette-field").waitFor();
  await till.type("receipt printer");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.activeElement?.dataset.testid === "printer-address");
  await till.type(printer.address());
  const width = async () => Math.max(...(await till.get("printer-sample").textContent()).split("\n").map((row) => row.length));
  assert.equal(await width(), 42);
  // From the address past the search to the width of the paper, and one to the right.
  await till.keys("Tab", "Tab", "ArrowRight");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="printer-sample"]').textContent.includes("-".repeat(48)));
  assert.equal(await width(), 48);
  // What is typed is not kept yet, and no test page would show it.
  assert.equal((await ask(till, "printers")).receipts.printer, null);
  assert.equal(await till.get("printer-test").isDisabled(), true);
  await till.keys("Control+s");
  await till.shows("printer-state", "Nothing waits.");
  assert.deepEqual((await ask(till, "printers")).receipts.printer, { ...usual, address: printer.address(), columns: 48 });

  await till.keys("Control+p");
  const paper = await printer.got(/PROBEDRUCK/);
  assert.match(paper, /\x1dV[AB]\x00$/);
  assert.ok(paper.includes(printer.address()));
  assert.doesNotMatch(paper, PULSE);
  await idle(till);
  const { look, found } = inspector(till.page);
  await look("printer", "settings-printer");
  assert.deepEqual(found, []);

  await till.get("printer-remove").click();
  await till.shows("printer-state", "No receipt printer is set up.");
  assert.equal((await ask(till, "printers")).receipts.printer, null);
});

test("a sale prints its receipt by itself and opens the drawer; pressed once more, it is a copy", async (context) => {
  const { till, printer } = await atPrinter(context);
  const receiptNo = await sellTea(till);
  await till.shows("receipt-printing", "The receipt is being printed.");
  const receipt = await printer.got(CUT, PULSE);
  assert.ok(receipt.includes(receiptNo));
  assert.doesNotMatch(receipt, /KOPIE/);

  await till.keys("Control+p");
  const copy = await printer.got(/KOPIE 1/);
  assert.ok(copy.includes(receiptNo));
  assert.doesNotMatch(copy, PULSE);

  // The same from the list of sales, and no paper is shown instead.
  await till.keys("Alt+2");
  await till.shows("sale-detail", receiptNo);
  await till.keys("F9");
  assert.match(await printer.got(/KOPIE 2/), new RegExp(receiptNo));
  await till.get("print-asked").waitFor();
  assert.equal(await till.get("copy-text").count(), 0);
  await idle(till);
  assert.equal(printer.said(), "");
});

test("where receipts are not printed by themselves, the key prints the first one and then copies", async (context) => {
  const { till, printer } = await atPrinter(context, { printsReceipts: false, drawerPin: null });
  const receiptNo = await sellTea(till);
  assert.equal(await till.get("receipt-printing").count(), 0);
  await till.keys("Control+p");
  const receipt = await printer.got(CUT);
  assert.ok(receipt.includes(receiptNo));
  assert.doesNotMatch(receipt, /KOPIE/);
  await till.shows("receipt-printing", "The receipt is being printed.");
  await till.keys("Control+p");
  await printer.got(/KOPIE 1/);
});

test("selling goes on while the printer does not answer, and what waits comes when it does", async (context) => {
  const { till, printer } = await atPrinter(context);
  await printer.stop();
  const first = await sellTea(till);
  await till.shows("printer-mark", "printer: no answer · 1 waiting");
  await till.shows("receipt-printing", "The receipt waits. Printer: no answer.");
  const second = await sellTea(till);
  await till.shows("printer-mark", "2 waiting");

  await till.keys("Alt+P");
  await till.shows("printer-trouble", "does not answer");
  await till.shows("print-row", first);
  assert.equal(await till.get("print-row").count(), 2);
  const { look, found } = inspector(till.page);
  await look("what waits", "printer-dialog");
  assert.deepEqual(found, []);
  // Nobody wants the first one any more.
  await till.keys("F7");
  await till.shows("print-row", second);
  assert.equal(await till.get("print-row").count(), 1);

  await printer.listen();
  const paper = await printer.got(CUT);
  assert.ok(paper.includes(second));
  assert.equal(paper.includes(first), false);
  await till.shows("printer-dialog", "Nothing waits.");
  await till.keys("Escape");
  await gone(till, "printer-mark");
});

test("a paper that broke off is asked about, and printed again or not", async (context) => {
  const { till, printer } = await atPrinter(context, { drawerPin: null });
  const receiptNo = await sellTea(till);
  await printer.got(CUT);
  await idle(till);

  printer.tears(true);
  await till.keys("Control+p");
  await till.shows("printer-mark", "1 paper in doubt");
  printer.tears(false);
  await till.get("printer-mark").click();
  await till.shows("print-row", `${receiptNo}, copy 1`);
  await till.shows("print-row", "in doubt");
  await till.shows("print-doubt", "Did it come out whole?");
  const { look, found } = inspector(till.page);
  await look("a paper in doubt", "printer-dialog");
  assert.deepEqual(found, []);
  await till.keys("F6");
  assert.ok((await printer.got(/KOPIE 1/)).includes(receiptNo));
  await till.shows("printer-dialog", "Nothing waits.");
  await till.keys("Escape");
  await gone(till, "printer-mark");

  printer.tears(true);
  await till.keys("Control+p");
  await till.shows("printer-mark", "1 paper in doubt");
  printer.tears(false);
  await till.keys("Alt+P");
  await till.shows("print-row", `${receiptNo}, copy 2`);
  await till.keys("F12");
  await till.shows("printer-dialog", "Nothing waits.");
  assert.deepEqual((await ask(till, "printers")).receipts.queue, []);
  assert.equal(printer.said(), "");
});

test("the label printer is set up beside it, at a serial port with its speed, and has no drawer", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+8", "Control+k");
  await till.get("palette-field").waitFor();
  await till.type("label printer");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.activeElement?.dataset.testid === "printer-address");
  await till.shows("printer-state", "No label printer is set up.");
  for (const absent of ["printer-drawer", "printer-each", "printer-logo", "printer-baud"]) assert.equal(await till.get(absent).count(), 0, absent);
  await till.type("/dev/ttyS9");
  assert.equal(await till.get("printer-baud-19200").isChecked(), true);
  await till.get("printer-baud-115200").check({ force: true });
  await till.keys("Control+s");
  await till.shows("printer-state", "Nothing waits.");
  const { receipts, labels } = await ask(till, "printers");
  assert.equal(receipts.printer, null);
  assert.deepEqual(labels.printer, { address: "/dev/ttyS9", baud: 115_200, columns: 32, codePage: "pc858", cuts: false, drawerPin: null, printsReceipts: false, printsLogo: false });
  const { look, found } = inspector(till.page);
  await look("label printer", "settings-printer");
  assert.deepEqual(found, []);
  // What is typed for one is there again after a look at the other, and another address has no speed.
  await till.get("printer-address").fill("192.168.1.41");
  assert.equal(await till.get("printer-baud").count(), 0);
  await till.get("printer-which-receipts").check({ force: true });
  await till.get("printer-drawer").waitFor();
  assert.equal(await till.get("printer-address").inputValue(), "");
  await till.get("printer-which-labels").check({ force: true });
  assert.equal(await till.get("printer-address").inputValue(), "192.168.1.41");
});

test("a printer that was found fills in its address", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  // No network is looked through for a test.
  await till.page.route("**/api/find_printers", (route) =>
    route.fulfill({
      json: [
        { address: "/dev/usb/lp0", how: "device" },
        { address: "queue:Back-office", how: "queue" },
        { address: "192.168.1.40", how: "network" },
      ],
    }),
  );
  await till.keys("Alt+8");
  await till.get("printer-find").waitFor();
  await till.keys("Control+f");
  const queue = till.get("printer-found").filter({ hasText: "Print queue Back-office" });
  await queue.click();
  assert.equal(await till.get("printer-address").inputValue(), "queue:Back-office");
  assert.equal(await queue.getAttribute("aria-pressed"), "true");
  const { look, found } = inspector(till.page);
  await look("found printers", "settings-printer");
  assert.deepEqual(found, []);
});

test("the scanner test sheet is printed, and saved as PDF", async (context) => {
  const { till, printer } = await atPrinter(context);
  await till.keys("Alt+8");
  await till.get("scanner-print").click();
  const sheet = await printer.got(CUT);
  assert.match(sheet, /PHARMATILL-128/);
  await till.shows("scanner-asked", "It is being printed.");
  const saving = till.page.waitForEvent("download");
  await till.get("scanner-pdf").click();
  assert.match((await saving).suggestedFilename(), /^scanner-.*\.pdf$/);
  await till.shows("pdf-saved", ".pdf");
});

test("letters that come out wrong are tried the other way, and after both it is said what helps", async (context) => {
  const { till, printer } = await atPrinter(context);
  const letters = async () => (await ask(till, "printers")).receipts.printer.codePage;
  /** ESC t of PC858 and of Windows-1252. */
  const told = { pc858: /\x1bt\x13/, windows_1252: /\x1bt\x10/ };
  await till.keys("Alt+8");
  await till.get("printer-test").waitFor();
  assert.equal(await till.get("letters-ask").count(), 0);
  await till.keys("Control+p");
  assert.match(await printer.got(CUT), told.pc858);
  await till.shows("letters-ask", "Are ä, é and € right on the page?");
  const { look, found } = inspector(till.page);
  await look("letters are asked about", "letters-ask");
  await till.shows("letters-wrong", "No, try the other letters");
  await till.keys("Control+l");
  assert.match(await printer.got(CUT), told.windows_1252);
  assert.equal(await letters(), "windows_1252");
  assert.equal(await till.get("printer-letters-windows_1252").isChecked(), true);
  await till.page.waitForFunction(() => !document.querySelector('[data-testid="letters-wrong"]').disabled);
  assert.doesNotMatch(await read(till, "letters-wrong"), /other/);
  await till.get("letters-wrong").click();
  await till.shows("letters-answer", "“code page”");
  await look("no letters are right", "letters-answer");
  assert.deepEqual(found, []);
  assert.equal(printer.said(), "");

  // Asked anew they are right.
  await till.keys("Control+p");
  await printer.got(CUT);
  await till.page.waitForFunction(() => document.querySelector('[data-testid="letters-right"]')?.disabled === false);
  await till.keys("Control+Enter");
  await till.shows("letters-answer", "Then the letters are set up right.");
  assert.equal(await letters(), "windows_1252");
  // What is typed is another printer, of which nobody was asked.
  await till.get("printer-address").fill("192.168.1.41");
  await gone(till, "letters-answer");
});
