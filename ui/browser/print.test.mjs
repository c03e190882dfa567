// What goes to the printer from the window: the paper alone, whole, on as many pages as it needs.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

const A4_LINES = 59;
/** How many lines high the barcode and the code beneath a receipt are. */
const CODES_LINES = 15;

/** How many pages a printer would give out now. */
async function pages(till, size = { format: "A4" }) {
  const pdf = await till.page.pdf({ ...size, preferCSSPageSize: false });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length ?? 0;
}

/** What of the page is printed, and whether any of it is wider than the paper. */
async function printed(till) {
  await till.page.emulateMedia({ media: "print" });
  const seen = await till.page.evaluate(() => {
    const pre = document.querySelector(".printed pre");
    return { text: document.body.innerText, paper: pre?.textContent, isCut: pre !== null && pre.scrollWidth > document.documentElement.clientWidth };
  });
  await till.page.emulateMedia({ media: null });
  return seen;
}

test("a long receipt and a Z are printed whole, and nothing beside them", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await till.keys("Alt+1");
  for (let line = 1; line <= 70; line += 1) {
    await ask(till, "add_unknown", { code: null, name: `Herbal tea, blend number ${line}`, unitPriceMinor: 100 + line, taxCode: "standard", quantity: 1 });
  }
  await till.shows("basket-line", "blend number 1");
  await till.keys("F12");
  await till.get("pay").waitFor();
  await till.keys("Enter");
  await till.get("receipt-text").waitFor();
  await till.keys("Control+p");
  const receipt = await till.get("receipt-text").textContent();
  const lines = receipt.split("\n").length;
  assert.ok(lines > 2 * A4_LINES);
  const long = await printed(till);
  assert.equal(long.paper, receipt);
  // The barcode stands beneath it, with what it says.
  const receiptNo = await read(till, "receipt-no");
  assert.equal(long.text.trim().replace(/\n+/g, "\n"), `${receipt.trim()}\n${receiptNo}`);
  assert.equal(await till.page.locator(".printed svg.bars").count(), 1);
  assert.equal(long.isCut, false);
  assert.equal(await pages(till), Math.ceil((lines + CODES_LINES) / A4_LINES));

  // A short one after it takes its place, on one page, and on a roll it is as wide as the roll.
  await sellSyrup(till, "cash");
  await till.keys("Alt+6", "F3");
  await till.get("x-text").waitFor();
  await till.keys("F12");
  const x = await till.get("x-text").textContent();
  assert.equal((await printed(till)).paper, x);
  assert.equal(await pages(till), 1);
  assert.equal(await pages(till, { width: "80mm", height: "400mm" }), 1);
  await till.page.setViewportSize({ width: 272, height: 768 });
  assert.equal((await printed(till)).isCut, false);
});
