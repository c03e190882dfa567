// The day, with its chart and the table behind it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

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
