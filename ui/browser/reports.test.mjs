// The day, with its chart and the table behind it.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { at, openScreen, press, signIn, text } from "./screen.mjs";
import { startTill } from "./till.mjs";

test("a day shows its takings, by hour for eye and ear, and what sold best", async (context) => {
  const till = await startTill(context);
  const page = await openScreen(context, till);
  await signIn(page);
  await press(page, "Alt+5");
  await at(page, "day-empty").waitFor();
  await press(page, "F3");
  await at(page, "x-empty").waitFor();
  await press(page, "F6");
  await at(page, "z-empty").waitFor();

  await till.call("save_settings", { ...(await till.call("settings")), blindCount: false });
  await till.call("open_session", { cashSessionId: randomUUID(), denominations: [] });
  const { value } = await till.call("scan", { code: "2000600005670" });
  const tenders = [{ kind: "card", amountMinor: 549, reference: "4711", customerId: null }];
  await till.call("complete_sale", { saleId: value.basket.saleId, tenders, seenTotalMinor: 549 });

  // The screen hears of the sale by itself.
  await press(page, "F2");
  await at(page, "hour-chart").waitFor();
  assert.equal(await text(page, "day-takings"), "€5.49");
  assert.equal(await text(page, "day-sales"), "1");
  assert.equal(await page.locator('[data-testid="hour-chart"] table td:text-is("5.49")').count(), 1);
  assert.match(await text(page, "best-sellers"), /Acetylcystein Morvena 200 mg/);
  assert.match(await text(page, "tenders"), /Card1 ?5\.49/);

  await press(page, "ArrowLeft");
  await at(page, "day-empty").waitFor();
  await press(page, "ArrowRight");
  await at(page, "hour-chart").waitFor();
});
