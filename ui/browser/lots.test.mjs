// Lots from the shelf to the customer: what must not be sold is refused, recalled, released, written off; and a scanner is tried.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, tillOnDuty } from "./scene.mjs";

const IBUPROFEN = "4009900000109";
const SPRAY = "4009900000307";
const SEPARATOR = "\u001d";

/** A code as a pack bears it: product, expiry as `YYMMDD`, lot. */
const pack = (code, expiry, lot) => `010${code}17${expiry}10${lot}`;

/** A date so many days from now. */
const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function atCounter(context, options) {
  const till = await tillOnDuty(context, options);
  await openDrawer(till);
  await till.shows("session-state", /open since/);
  return till;
}

const productOf = async (till, text) => (await ask(till, "find_products", { text, limit: 1 })).rows[0].productId;
const block = async (till, text, lots, state, reference = null) => ask(till, "mark_lots", { entryId: randomUUID(), productId: await productOf(till, text), lots, state, reference });

/** Sells a pack of this code for cash. */
async function sold(till, code) {
  const { value } = await ask(till, "scan", { code, withoutLot: false });
  const { saleId, totalMinor } = value.basket;
  const tenders = [{ kind: "cash", amountMinor: totalMinor, reference: null, customerId: null }];
  return ask(till, "complete_sale", { saleId, tenders, seenTotalMinor: totalMinor });
}

/** Puts goods on the shelf by importing a list of them. */
async function stocked(till, rows) {
  const path = join(till.data, "lots.csv");
  writeFileSync(path, ["code;name;pack;price;tax;rx;lot;expiry;on_hand", ...rows].join("\n"));
  await till.keys("Alt+4", "F7");
  await till.get("import-path").fill(path);
  await till.keys("F12");
  await till.page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
}

test("an expired pack is refused where it was scanned, and is no hindrance to the next", async (context) => {
  const till = await atCounter(context);
  await till.scan(pack(SPRAY, "240131", "OLD1"));
  await till.shows("stranger", "Nasal spray");
  assert.match(await read(till, "stranger"), /batch OLD1 · expired 2024-01: must not be sold/);
  assert.equal((await ask(till, "basket")).lines.length, 0);
  await till.scan(pack(IBUPROFEN, "280331", "A71"));
  await till.shows("basket-line", "batch A71 · exp 2028-03");
  await till.keys("Enter", "F12");
  await till.shows("say", "set the pack apart first");
  await till.keys("Escape");
  await gone(till, "stranger");
  await till.keys("F12");
  await till.get("pay").waitFor();
});

test("a recall that is entered holds the basket that lies open, refuses the next scan, and is released", async (context) => {
  const till = await atCounter(context);
  const { receiptNo } = await sold(till, pack(IBUPROFEN, "280331", "A71"));
  await till.scan(pack(IBUPROFEN, "280331", "A71"));
  await till.get("basket-line").waitFor();

  await till.keys("Alt+4", "F11");
  await till.get("recalls-empty").waitFor();
  await till.keys("F3");
  await till.get("product-field").waitFor();
  await till.scan(IBUPROFEN);
  await till.page.getByRole("option", { name: /Ibuprofen/ }).waitFor();
  await till.keys("Enter");
  await till.get("block-lots").waitFor();
  await till.type("A71, C9");
  await till.get("block-reference").fill("RR 2026/117");
  await till.keys("Enter");
  await till.shows("recall-row", "Batches A71, C9 · RR 2026/117");
  await till.shows("recall-on-shelf", "39 packs");
  await till.shows("recall-sold", "1 pack");
  await till.shows("recall-lines", receiptNo);

  // The paper that is signed says all of it.
  await till.page.evaluate(() => {
    window.print = () => undefined;
  });
  await till.keys("Control+p");
  const paper = (await till.page.locator(".printed").textContent()) ?? "";
  for (const words of ["Apotheke am Markt", "Ibuprofen 400 mg", "A71, C9", "RR 2026/117", "Packs found", receiptNo, "Signature"]) assert.ok(paper.includes(words), `${words} in ${paper}`);

  await till.keys("Alt+1");
  await till.shows("line-hold", "recalled");
  await till.keys("F12");
  await till.shows("say", "Void the line (F9)");
  await till.keys("F9");
  await gone(till, "basket-line");
  await till.scan(pack(IBUPROFEN, "280331", "C9"));
  await till.shows("stranger", "batch C9 · recalled: must not be sold");
  await till.keys("Escape");

  await till.keys("Alt+4", "F11");
  await till.get("recall-release").waitFor();
  await till.keys("Shift+F9");
  await till.get("release-lots").waitFor();
  await till.keys("Enter");
  assert.equal((await ask(till, "lot_marks")).length, 1, "Enter alone releases nothing");
  await till.keys("F12");
  await till.get("recalls-empty").waitFor();
  await till.keys("Alt+1");
  await till.scan(pack(IBUPROFEN, "280331", "A71"));
  await till.get("basket-line").waitFor();
  assert.equal(await till.get("line-hold").count(), 0);
});

test("where some batches must not be sold the one on the pack is chosen, with the reason", async (context) => {
  const till = await atCounter(context);
  await block(till, "ibu", ["A71"], "quarantined");
  await till.scan(IBUPROFEN);
  await till.shows("line-hold", "look at the batch on the pack");
  await till.keys("F12");
  await till.get("lot-dialog").waitFor();
  assert.match(await read(till, "lot-row"), /A71.*in quarantine: must not be sold/);
  // Nothing is offered as if somebody had looked.
  await till.keys("ArrowDown", "Enter");
  await till.get("lot-dialog").waitFor();
  await till.get("lot-field").waitFor();
  await till.type("B2");
  await till.keys("Alt+3", "Enter");
  await till.shows("basket-line", "batch B2 · chosen");
  const [line] = (await ask(till, "basket")).lines;
  assert.deepEqual([line.lotReason, line.lots.map(({ lot, packs }) => [lot, packs])], ["not_found", [["B2", 1]]]);
  await till.keys("F12");
  await till.get("pay").waitFor();
  await till.keys("Escape");

  // A scan while it is asked is the next pack.
  await till.keys("Alt+l");
  await till.get("lot-dialog").waitFor();
  await till.scan(SPRAY);
  await till.keys("Escape");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="basket-line"]').length === 2);
});

test("a product's page blocks its batches and releases them", async (context) => {
  const till = await tillOnDuty(context);
  await till.keys("Alt+4");
  await till.get("catalogue-field").waitFor();
  await till.page.keyboard.type("ibu");
  await till.shows("product-lots", "A71");
  await till.keys("Alt+l");
  await till.get("block-lots").waitFor();
  await till.get("block-lot").check();
  await till.keys("Alt+4", "Enter");
  await till.shows("product-mark", "damaged Batch A71Anna Weber · Till 1");
  await till.shows("product-lots", "damaged");
  await till.get("product-release").click();
  await till.get("release-lots").waitFor();
  await till.keys("F12");
  await gone(till, "product-mark");
});

test("what expires is looked through by its days, and written off after a question", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+4", "F10");
  await till.get("expiry-empty").waitFor();
  await stocked(till, [`${IBUPROFEN};Ibuprofen 400 mg;50 pieces;4.95;standard;;OLD;${inDays(-3)};4`, `${SPRAY};Nasal spray;10 ml;2.50;standard;;SOON;${inDays(12)};2`, `4009900000604;Paracetamol 500 mg;20 pieces;2.45;standard;;LATER;${inDays(80)};6`]);
  await till.keys("F10");
  await till.get("expiry-row").first().waitFor();
  assert.deepEqual((await till.get("expiry-row").allTextContents()).map((text) => text.replace(/.*Batch (\w+?)exp.*/, "$1")), ["OLD", "SOON", "LATER"]);
  await till.shows("expiry-sum-0", /€19\.80.*1 batch · 4 packs/);
  await till.keys("ArrowRight");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="expiry-row"]').length === 1);
  await till.keys("ArrowLeft", "Space", "ArrowDown", "Space");
  await till.shows("expiry-said", "Chosen: 2 batches · 6 packs, €24.80");
  await till.keys("Control+a", "Control+a");
  await till.shows("expiry-said", "Counted from");
  await till.keys("ArrowUp", "Space", "F12");
  await till.shows("write-off-what", "1 batch · 4 packs leave the shelf, worth €19.80");
  await till.keys("Enter");
  await till.get("write-off-dialog").waitFor();
  await till.keys("F12");
  await gone(till, "write-off-dialog");
  await till.shows("expiry-said", "Written off: 1 batch · 4 packs");
  assert.deepEqual((await ask(till, "expiry_list")).rows.map(({ lot }) => lot), ["SOON", "LATER"]);
});

test("a scanner is tried with the codes on the screen, and nothing of it is sold", async (context) => {
  const till = await atCounter(context);
  await till.keys("Alt+8");
  await till.get("scanner-try").click();
  await till.get("scanner-dialog").waitFor();
  await till.scan("]E02912345678906");
  await till.shows("scanner-said", "read well");
  await till.page.locator('[data-testid="scanner-shown"][data-code="code_128"]').waitFor();
  await till.scan("PHARMATILL-128");
  await till.shows("scanner-said", "AIM identifiers");
  await till.scan("]d201029123456789061728123110aZy-7/M;21SN0001");
  await till.shows("scanner-said", "GS as ASCII 29");
  await till.scan(`]d201029123456789061728123110aZy-7/M;${SEPARATOR}21SN0001`);
  await till.shows("scanner-gs1_data_matrix", "Read well");
  // A French scanner at a computer of another language types no digit: nothing but its speed says that it is one.
  await till.type("PHQR,QTILL)&é(");
  await till.keys("Enter");
  await till.shows("scanner-said", /QR code: .*(language|none of the four)/);
  await till.scan("]Q1PHARMATILL-128");
  await till.shows("scanner-summary", "All four are read");
  assert.equal(await till.get("scanner-field").inputValue(), "");
  await till.keys("Escape");
  await gone(till, "scanner-dialog");
  await till.keys("Alt+1");
  await till.get("scan-field").waitFor();
  assert.equal((await ask(till, "basket")).lines.length + (await till.get("stranger").count()), 0);
});

for (const scheme of ["light", "dark"]) {
  test(`what is about batches is for everybody, ${scheme}`, async (context) => {
    const till = await atCounter(context, { scheme });
    const { look, found } = inspector(till.page);
    await till.scan(pack(SPRAY, "240131", "OLD1"));
    await look("a pack that must not be sold", "stranger");
    await till.keys("Escape");
    await till.scan(IBUPROFEN);
    await till.get("basket-line").waitFor();
    await block(till, "ibu", ["A71"], "recalled", "RR 2026/117");
    await look("a line that is held", "line-hold");
    await till.keys("Alt+l");
    await look("which batch", "lot-row");
    await till.keys("Escape");
    await stocked(till, [`4006381333931;Cough syrup;100 ml;5.49;standard;;SOON;${inDays(12)};2`]);
    await till.keys("F10");
    await till.get("expiry-row").first().waitFor();
    await till.keys("Space");
    await till.shows("expiry-said", "Chosen");
    await look("expiry", "expiry-row");
    await till.keys("F12");
    await look("write off", "write-off-what");
    await till.keys("Escape", "F11");
    await look("recalls", "recall-shelf");
    await till.keys("Shift+F9");
    await look("release", "release-lots");
    await till.keys("Escape", "F6");
    await look("a product with a mark", "product-mark");
    await till.keys("Alt+l");
    await look("block", "block-lots");
    await till.keys("Escape", "Alt+8");
    await till.get("scanner-try").click();
    await look("try the scanner", "scanner-dialog");
    await till.scan("12345678");
    await look("a scan that was not right", "scanner-said");
    assert.deepEqual(found, []);
  });
}
