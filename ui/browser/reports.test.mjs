// The day, with its chart and the table behind it.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { ask, nowOnDuty, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

test("a day shows its takings, by hour for eye and ear, and what sold best", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+6");
  await till.get("day-empty").waitFor();
  await till.keys("F3");
  await till.get("x-empty").waitFor();
  await till.keys("F6");
  await till.get("z-empty").waitFor();

  await ask(till, "save_settings", { ...(await ask(till, "settings")), blindCount: false });
  await openDrawer(till);
  await sellSyrup(till, "card", { reference: "4711" });

  // The screen hears of the sale by itself.
  await till.keys("F2");
  await till.get("hour-chart").waitFor();
  await till.shows("day-takings", "€5.49");
  await till.shows("day-sales", "1");
  assert.equal(await till.page.locator('[data-testid="hour-chart"] table td:text-is("5.49")').count(), 1);
  assert.match(await read(till, "best-sellers"), /Cough syrup/);
  assert.match(await read(till, "tenders"), /Card1 ?5\.49/);

  await till.keys("ArrowLeft");
  await till.get("day-empty").waitFor();
  await till.keys("ArrowRight");
  await till.get("hour-chart").waitFor();
});

test("what people did is read by person, over the days that are chosen", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+6", "F7");
  await till.get("people-empty").waitFor();

  await openDrawer(till);
  await nowOnDuty(till, "Leyla Öztürk");
  const syrup = { code: null, name: "Cough syrup", unitPriceMinor: 1_000, taxCode: "standard", quantity: 1 };
  for (const percent of [500, 1_000]) {
    await ask(till, "add_unknown", syrup);
    const { saleId, totalMinor } = await ask(till, "set_discount", { lineNo: null, discount: { kind: "percent", value: percent } });
    await ask(till, "complete_sale", { saleId, tenders: [{ kind: "card", amountMinor: totalMinor, reference: null, customerId: null }], seenTotalMinor: totalMinor });
  }
  // Who may not see it is back at the day.
  await till.get("day-report").waitFor();
  await nowOnDuty(till, "Anna Weber");
  await ask(till, "add_unknown", syrup);
  await ask(till, "void_basket");
  await till.get("people-row").first().waitFor();
  const rows = async () => (await till.get("people-row").allTextContents()).map((text) => text.replace(/[\u00a0\u202f]/g, " "));
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="people-row"]').length === 2);
  assert.deepEqual(await rows(), ["Anna WeberOwner––110.00–––––––", "Leyla ÖztürkTechnician–21.50––––––––"]);
  assert.equal(await read(till, "people-all"), "All–21.50110.00–––––––");

  await till.keys("F10");
  const { businessDate } = await ask(till, "status");
  const week = new Date(`${businessDate}T12:00:00Z`);
  week.setUTCDate(week.getUTCDate() - 6);
  await till.page.waitForFunction((from) => document.querySelector('[data-testid="people-from"]').value === from, week.toISOString().slice(0, 10));
  assert.equal(await till.get("people-last-7").getAttribute("aria-pressed"), "true");
  assert.equal((await rows()).length, 2);
  // Days before the first sale.
  await till.get("people-to").fill(week.toISOString().slice(0, 10));
  await till.get("people-empty").waitFor();
  await till.keys("F9");
  await till.get("people-row").first().waitFor();
});

/** Presses a key that saves a paper, and gives its name and its bytes. */
async function saved(till, key) {
  const [download] = await Promise.all([till.page.waitForEvent("download"), till.keys(key)]);
  return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
}

test("papers are saved as PDF by a key, and a Z shows the code that proves it", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await ask(till, "save_settings", { ...(await ask(till, "settings")), blindCount: false });
  await openDrawer(till);
  await sellSyrup(till, "card", { reference: "4711" });
  const { businessDate } = await ask(till, "status");
  const check = async (key, name) => {
    const file = await saved(till, key);
    assert.match(file.name, name);
    assert.equal(file.bytes.subarray(0, 5).toString(), "%PDF-");
    await till.shows("pdf-saved", file.name);
  };
  await till.keys("Alt+6");
  await till.get("day-takings").waitFor();
  await check("F9", new RegExp(`^journal-${businessDate}\\.pdf$`));
  await check("F10", new RegExp(`^month-${businessDate.slice(0, 7)}\\.pdf$`));
  await till.keys("F3");
  await till.get("x-text").waitFor();
  assert.equal(await till.get("x-text-code").count(), 0);
  await check("F9", /^X-B01-T1-\w{3}-[\d-]+\.pdf$/);
  await check("F10", /^count-sheet-B01-T1-\w{3}-[\d-]+\.pdf$/);

  const { expectedCashMinor } = await ask(till, "x_report");
  const denominations = [{ valueMinor: 1, count: expectedCashMinor }];
  await ask(till, "count_drawer", { entryId: crypto.randomUUID(), denominations, other: [{ kind: "card", countedMinor: 549 }], recountReason: null });
  await ask(till, "close_session", { entryId: crypto.randomUUID(), reason: null, note: null, nextFloat: [], seenExpectedMinor: expectedCashMinor });
  await till.keys("F6");
  await till.get("z-text-code").waitFor();
  await check("F9", /^Z-B01-T1-\w{3}-Z0001\.pdf$/);
  await check("F10", /^count-B01-T1-\w{3}-Z0001\.pdf$/);
  // It is a copy like a printed one, and the next goes on from it.
  await till.keys("F12");
  await till.shows("z-copied", "Copy 2");
  assert.equal(await till.page.locator(".printed svg").count(), 1);
});
