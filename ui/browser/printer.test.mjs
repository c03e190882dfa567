// The receipt printer: set up, tried out, and what it does to selling; with a printer on loopback that says nothing.
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, tillOnDuty } from "./scene.mjs";

/** Longer than a till takes to try a printer again that did not answer. */
const PATIENCE_MS = 20_000;

/** What a printer is asked about itself, and is not on paper (DLE EOT n). */
const ASKED = /\x10\x04[\s\S]/g;
/** A pulse on pin 2 opens the drawer: ESC p 0, or DLE DC4 1 0 where the printer is stuck. */
const PULSE = /\x1bp\x00[\s\S]{2}|\x10\x14\x01\x00[\s\S]/;

/** The end of a paper: GS V A or B. */
const CUT = /\x1dV[AB]\x00/;

/** Takes what is sent to it, as a printer that says nothing, and closes the line behind the sender. */
async function printerFor(context) {
  let said = "";
  let isTearing = false;
  let heard = () => undefined;
  let at;
  let port = 0;
  const sockets = new Set();
  const printer = {
    address: () => `127.0.0.1:${port}`,
    /** Waits until what came in since the last time has all of it, and gives it. */
    got(...expected) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${expected.join(" and ")} did not come to the printer, but ${JSON.stringify(said)}`)), PATIENCE_MS);
        heard = () => {
          if (!expected.every((each) => each.test(said))) return;
          clearTimeout(timer);
          heard = () => undefined;
          const paper = said.replace(ASKED, "");
          said = "";
          resolve(paper);
        };
        heard();
      });
    },
    /** What came in since the last time. */
    said: () => said.replace(ASKED, ""),
    /** Breaks the connection as soon as something comes, or not any more. */
    tears: (does) => {
      isTearing = does;
    },
    listen: () =>
      new Promise((resolve, reject) => {
        at = createServer((socket) => {
          sockets.add(socket);
          socket.on("close", () => sockets.delete(socket));
          socket.on("error", () => undefined);
          let paper = "";
          socket.on("data", (bytes) => {
            if (isTearing) socket.resetAndDestroy();
            else paper += bytes.toString("latin1");
          });
          // Only what came whole counts.
          socket.on("end", () => {
            said += paper;
            heard();
          });
        });
        at.once("error", reject);
        at.listen(port, "127.0.0.1", () => {
          ({ port } = at.address());
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        at.close(resolve);
      }),
  };
  await printer.listen();
  context.after(() => printer.stop());
  return printer;
}

const usual = { columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true };

/** A till with an open drawer and a printer that prints each receipt. */
async function atPrinter(context, set = {}) {
  const printer = await printerFor(context);
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await ask(till, "set_printer", { printer: { ...usual, address: printer.address(), ...set } });
  return { till, printer };
}

/** Sells a tea for 4.50 in cash at the screen, and gives its receipt number. */
async function sellTea(till) {
  await till.keys("Alt+1");
  await ask(till, "add_unknown", { code: null, name: "Herbal tea", unitPriceMinor: 450, taxCode: "standard", quantity: 1 });
  await till.shows("basket-line", "Herbal tea");
  await till.keys("F12");
  await till.get("pay").waitFor();
  await till.keys("Enter");
  await till.get("sale-done").waitFor();
  return read(till, "receipt-no");
}

/** Everything that was to be printed is printed. */
async function idle(till) {
  await till.keys("Alt+P");
  await till.shows("printer-dialog", "Nothing waits.");
  await till.keys("Escape");
  await gone(till, "printer-dialog");
}

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
  // From the address to the width of the paper, and one to the right.
  await till.keys("Tab", "ArrowRight");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="printer-sample"]').textContent.includes("-".repeat(48)));
  assert.equal(await width(), 48);
  // What is typed is not kept yet, and no test page would show it.
  assert.equal((await ask(till, "printer")).printer, null);
  assert.equal(await till.get("printer-test").isDisabled(), true);
  await till.keys("Control+s");
  await till.shows("printer-state", "Nothing waits.");
  assert.deepEqual((await ask(till, "printer")).printer, { ...usual, address: printer.address(), columns: 48 });

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
  assert.equal((await ask(till, "printer")).printer, null);
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
  assert.deepEqual((await ask(till, "printer")).queue, []);
  assert.equal(printer.said(), "");
});
