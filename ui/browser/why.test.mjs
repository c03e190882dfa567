// Why a drawer is short, in the window and by keyboard: causes with their evidence, one chosen, and none to be found.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

/** Counts so many cents, and what the card terminal says. */
const count = (till, cents, cardMinor) =>
  ask(till, "count_drawer", { entryId: randomUUID(), denominations: [{ valueMinor: 1, count: cents }], other: [{ kind: "card", countedMinor: cardMinor }], recountReason: null });

/** A drawer with 150.00 and a syrup for 5.49 in cash, counted; on the screen of the close. */
async function counted(context, { tenderedMinor, cents, cardMinor, ...options }) {
  const till = await tillOnDuty(context, { imported: false, ...options });
  await ask(till, "save_settings", { ...(await ask(till, "settings")), blindCount: false, overShortToleranceMinor: 0 });
  await openDrawer(till);
  await sellSyrup(till, "cash", { amountMinor: tenderedMinor });
  await count(till, cents, cardMinor);
  await till.keys("Alt+3");
  await till.get("close-screen").waitFor();
  return till;
}

test("a cash sale that went over the card terminal is named, and put right by one key", async (context) => {
  const till = await counted(context, { tenderedMinor: 549, cents: 15_000, cardMinor: 549 });
  await till.shows("over-short-cash", "5.49 short");
  await till.keys("F11");
  await till.get("why-evidence").waitFor();
  assert.match(await read(till, "why-cause"), /A cash sale was paid by card−5\.49/);
  assert.match(await read(till, "why-evidence"), /Anna WeberB01-T1-\w{3}-\d{6}sale of 5\.49/);
  // What is put right in the book needs no note.
  assert.equal(await till.get("why-note").count(), 0);
  await till.keys("Enter");
  await till.shows("over-short-cash", "exact");
  await till.shows("over-short-card", "exact");
  await gone(till, "why-dialog");
});

test("what was it is noted with a word, and tried again it is the same entry", async (context) => {
  // Change of 44.51 went out twice.
  const till = await counted(context, { tenderedMinor: 5_000, cents: 15_549 - 4_451, cardMinor: 0 });
  const session = (await ask(till, "drawer")).cashSessionId;
  await till.keys("F11");
  await till.get("why-evidence").waitFor();
  assert.match(await read(till, "why-cause"), /Change was given twice−44\.51/);
  await till.get("why-note").fill("she remembers");
  const asked = [];
  await till.page.route("**/api/explain_over_short", (route) => {
    asked.push(route.request().postDataJSON().entryId);
    return asked.length === 1 ? route.abort() : route.continue();
  });
  await till.keys("Enter");
  await till.get("refusal").waitFor();
  await till.keys("Enter");
  await till.get("why-even").waitFor();
  assert.equal(asked.length, 2);
  assert.equal(asked[0], asked[1]);
  assert.match(await read(till, "why-said"), /Change was given twice.*Anna Weber · she remembers− 44\.51 short/);
  const { explained } = await ask(till, "causes", { cashSessionId: session });
  assert.deepEqual(explained.map(({ amountMinor, note }) => [amountMinor, note]), [[-4_451, "she remembers"]]);
});

test("where nothing stands out the window says so, and offers nothing to choose", async (context) => {
  const till = await counted(context, { tenderedMinor: 549, cents: 15_549 - 731, cardMinor: 0 });
  await till.keys("F11");
  await till.get("why-none").waitFor();
  assert.equal(await till.page.locator('[data-act^="why."]:visible').count(), 0);
});

for (const scheme of ["light", "dark"]) {
  test(`why a drawer is short is for everybody, ${scheme}`, async (context) => {
    const till = await counted(context, { tenderedMinor: 5_000, cents: 15_549 - 4_451, cardMinor: 0, scheme });
    const { look, found } = inspector(till.page);
    await till.keys("F11");
    await look("why", "why-evidence");
    assert.deepEqual(found, []);
  });
}
