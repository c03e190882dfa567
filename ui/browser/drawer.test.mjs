// The day of a drawer in the window, by keyboard alone: float, movements, blind count, close, Z.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { at, openScreen, press, signIn, text, type } from "./screen.mjs";
import { startTill } from "./till.mjs";

const VALUES = [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];
const SYRUP = "2000600005670";

/** Types counts from the first field to the last; Enter goes on. */
async function count(page, counts) {
  await at(page, `denom-${VALUES[0]}`).focus();
  for (const value of VALUES) {
    if (counts[value] !== undefined) await type(page, String(counts[value]));
    await press(page, "Enter");
  }
}

async function atDrawer(page) {
  await press(page, "Alt+3");
  await at(page, "screen-drawer").waitFor();
}

/** Opens the drawer with 150.00 and sells one pack for cash, so that there is something to count. */
async function openAndSell(till) {
  const denominations = [{ valueMinor: 1000, count: 5 }, { valueMinor: 500, count: 12 }, { valueMinor: 200, count: 20 }];
  await till.call("open_session", { cashSessionId: randomUUID(), denominations });
  const added = await till.call("scan", { code: SYRUP });
  const { saleId, totalMinor } = added.value.basket;
  const tenders = [{ kind: "cash", amountMinor: 1000, reference: null, customerId: null }];
  await till.call("complete_sale", { saleId, tenders, seenTotalMinor: totalMinor });
  assert.equal(totalMinor, 549);
}

test("a float is counted note by note and the drawer opened", async (context) => {
  const till = await startTill(context);
  const page = await openScreen(context, till);
  await signIn(page);
  await atDrawer(page);
  await at(page, "open-drawer").waitFor();

  // Nothing counted: the key asks back once instead of opening an empty drawer.
  await press(page, "F12");
  await at(page, "count-empty").waitFor();

  await at(page, "denom-1000").fill("2*2+1");
  assert.equal(await text(page, "denom-sum-1000"), "50.00");
  await at(page, "denom-1000").fill("5+");
  await at(page, "count-unreadable").waitFor();
  await press(page, "F12");
  assert.equal((await till.call("drawer")).state, "closed");

  await at(page, "denom-1000").fill("");
  await count(page, { 1000: "5", 500: "12", 200: "20" });
  // The last Enter opened it, and selling begins.
  await at(page, "screen-sell").waitFor();
  const drawer = await till.call("drawer");
  assert.equal(drawer.state, "open");
  assert.equal(drawer.openingFloatMinor, 15_000);
  assert.match(await text(page, "session-state"), /open since/);
});

test("cash that is not a sale is written down with its reason", async (context) => {
  const till = await startTill(context);
  await openAndSell(till);
  const page = await openScreen(context, till);
  await signIn(page);
  await atDrawer(page);
  await at(page, "movements-empty").waitFor();

  await press(page, "F2");
  await at(page, "movement-amount").waitFor();
  // An amount is needed, and nothing is booked without one.
  await press(page, "F12");
  assert.equal((await till.call("drawer")).movements.length, 0);
  await type(page, "12.50");
  await press(page, "Enter", "ArrowDown", "Enter");
  await type(page, "Stamps");
  await press(page, "Enter");
  await at(page, "movement").first().waitFor();
  assert.match(await text(page, "movement"), /Paid out.*Office and household.*Stamps.*Anna.*−12\.50/);

  await press(page, "F6");
  await at(page, "movement-amount").waitFor();
  await type(page, "20");
  await press(page, "F12");
  await at(page, "movement-safe_drop").waitFor({ state: "detached" });
  await press(page, "F9");
  await at(page, "movement-no_sale").waitFor();
  await press(page, "F12");
  await at(page, "movement-no_sale").waitFor({ state: "detached" });
  const { movements } = await till.call("drawer");
  assert.deepEqual(
    movements.map(({ kind, amountMinor, reason, note }) => [kind, amountMinor, reason, note]),
    [
      ["no_sale", 0, "give_change", null],
      ["safe_drop", -2000, "too_much_cash", null],
      ["paid_out", -1250, "office", "Stamps"],
    ],
  );

  // Esc leaves a movement without booking it.
  await press(page, "F3");
  await at(page, "movement-amount").waitFor();
  await type(page, "5");
  await press(page, "Escape");
  await at(page, "count-drawer").waitFor();
  assert.equal((await till.call("drawer")).movements.length, 3);
});

test("a drawer is counted blind, counted again, and closed with its Z", async (context) => {
  const till = await startTill(context);
  await till.call("save_settings", { ...(await till.call("settings")), blindCount: true, overShortToleranceMinor: 100 });
  await openAndSell(till);
  const page = await openScreen(context, till);
  await signIn(page);

  // While it is counted blind, neither X nor the drawer tells what should be there.
  await press(page, "Alt+5", "F3");
  await at(page, "x-text").waitFor();
  assert.doesNotMatch(await page.content(), /155[.,]49/);
  assert.equal(await text(page, "report-expected"), "after the count");
  await atDrawer(page);
  await press(page, "F12");
  await at(page, "count-screen").waitFor();
  assert.doesNotMatch(await page.content(), /155[.,]49/);

  // What was typed survives leaving the screen and a restart of the window.
  await at(page, "denom-10000").fill("1");
  await press(page, "Escape", "Alt+1");
  await page.reload();
  await at(page, "frame").waitFor();
  await atDrawer(page);
  await press(page, "F12");
  assert.equal(await at(page, "denom-10000").inputValue(), "1");

  // 151.99 instead of 155.49.
  await count(page, { 5000: "1", 200: "0", 100: "1", 50: "1", 20: "2", 5: "1", 2: "2" });
  assert.equal(await text(page, "count-sum"), "€151.99");
  await type(page, "0");
  await press(page, "Enter");
  await type(page, "0");
  await press(page, "Enter");
  await at(page, "close-screen").waitFor();
  assert.equal(await text(page, "expected-cash"), "155.49");
  assert.equal(await text(page, "counted-cash"), "151.99");
  assert.equal(await text(page, "over-short-cash"), "− 3.50 short");

  // Above the tolerance there is no Z without a reason.
  await press(page, "F12");
  await at(page, "close-reason-needed").waitFor();
  assert.equal((await till.call("z_reports")).length, 0);

  // Counted again, with a reason: 3.00 more was found.
  await press(page, "F6");
  await at(page, "recount-reason").waitFor();
  await at(page, "denom-10000").fill("1");
  await count(page, { 5000: "1", 200: "1", 100: "2", 50: "1", 20: "2", 5: "1", 2: "2" });
  await type(page, "0");
  await press(page, "Enter");
  await type(page, "0");
  await press(page, "F12");
  assert.equal((await till.call("drawer")).count.countNo, 1);
  await at(page, "recount-reason-found_more").check();
  await press(page, "F12");
  await page.locator('[data-testid="over-short-cash"][data-minor="-50"]').waitFor();
  assert.equal(await text(page, "over-short-cash"), "− 0.50 short");

  // 100.00 stays; no more of a note can stay than there is.
  const float = at(page, "denom-10000");
  for (const value of [5000, 200, 100, 50, 20, 5, 2]) await at(page, `denom-${value}`).fill("");
  await float.fill("2");
  await at(page, "float-too-many").waitFor();
  await float.fill("1");
  assert.equal(await text(page, "next-float"), "€100.00");
  await page.waitForFunction(() => document.querySelector('[data-testid="to-safe"]')?.textContent === "€54.99");
  await press(page, "F12");

  await at(page, "closed-screen").waitFor();
  const z = await text(page, "z-text");
  assert.match(z, /155[.,]49/);
  assert.ok(z.split("\n").every((line) => [...line].length <= 42), "a line is wider than 42 columns");
  const [{ zNo }] = await till.call("z_reports");
  assert.ok((await text(page, "z-no")).includes(zNo));
  await press(page, "Enter");
  await at(page, "open-drawer").waitFor();
  assert.equal(await text(page, "left-in-drawer"), "€100.00");

  // It is found again under Reports and printed again as a copy.
  await press(page, "Alt+5", "F6");
  await at(page, "z-row").first().waitFor();
  assert.equal(await at(page, "z-row").count(), 1);
  await press(page, "F12");
  await at(page, "z-copied").waitFor();
  assert.match(await text(page, "z-text"), /COPY|KOPIE|COPIE/);
});
