// Drawers that move, by keyboard: put away and taken again, opened by letter, counted later, handed over, shared.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, nowOnDuty, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";
import { serverFor } from "./server.mjs";
import { PIN } from "./till.mjs";
import { twoTills } from "./tills.mjs";

async function atDrawer(till) {
  await till.keys("Alt+3");
  await till.page.locator('[data-testid="drawer-session"], [data-testid="open-drawer"]').first().waitFor();
}

async function atDrawers(till) {
  await atDrawer(till);
  await till.keys("F5");
  await till.get("drawer-row").first().waitFor();
}

/** Waits until a drawer in the list says this. */
const says = (till, text) => till.get("drawer-row").filter({ hasText: text }).first().waitFor();

test("a drawer is put away, another one opened meanwhile, and the first taken again", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await sellSyrup(till, "cash", { amountMinor: 549 });
  await atDrawers(till);
  await says(till, /Drawer of till 1.*open · here/);
  await till.keys("F6");
  await till.get("open-drawer").waitFor();

  await till.keys("F5");
  await till.get("drawer-row").first().waitFor();
  await says(till, /Drawer of till 1.*put away.*Anna Weber/);
  await till.keys("ArrowDown");
  await till.get("drawers").waitFor();
  await till.keys("Enter");
  await till.shows("drawer-to-open", "Drawer A");
  await till.get("denom-1000").fill("5");
  await till.keys("F12");
  await till.get("screen-sell").waitFor();
  assert.equal((await ask(till, "drawer")).drawer.letter, "A");

  await atDrawers(till);
  await says(till, /Drawer A.*here/);
  await till.keys("F6");
  await till.get("open-drawer").waitFor();
  await till.keys("F5");
  await till.get("drawer-row").first().waitFor();
  await till.keys("ArrowUp", "ArrowUp", "Enter");
  await till.shows("session-drawer", "Drawer of till 1");
  assert.equal((await ask(till, "x_report")).takingsMinor, 549);
});

test("closed now and counted later: the till makes its Z, and the drawer is counted at the desk", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await sellSyrup(till, "cash", { amountMinor: 549 });
  await atDrawers(till);
  await till.keys("F7");
  await till.get("z-due").waitFor();
  await till.keys("F5");
  await till.get("drawer-row").first().waitFor();
  await says(till, /waits to be counted/);
  // It is taken by nobody.
  await till.keys("ArrowUp", "ArrowUp", "Enter");
  await till.get("drawers").waitFor();
  await till.keys("Escape");
  await gone(till, "drawers");
  await till.keys("F7");
  await till.get("closed-screen").waitFor();
  await till.keys("Enter");
  await gone(till, "z-due");

  await till.keys("F10");
  await till.get("cash-desk").waitFor();
  await till.shows("desk-next", "Count this drawer");
  assert.match(await read(till, "drawer-detail"), /To be counted/);
  await till.keys("F12");
  await till.get("count-screen").waitFor();
  await till.get("denom-1000").fill("15");
  await till.get("denom-500").fill("1");
  await till.get("denom-20").fill("2");
  await till.get("denom-5").fill("1");
  await till.get("denom-2").fill("2");
  await till.get("count-card").fill("0");
  await till.keys("F12");
  await till.shows("over-short-cash", "exact");
  await till.keys("F12");
  await till.shows("desk-next", "Sign");
  assert.equal((await ask(till, "z_reports")).length, 1);
});

test("a drawer is handed over on its count, and whoever takes it is on duty", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await nowOnDuty(till, "Leyla Öztürk");
  await nowOnDuty(till, "Anna Weber");
  await openDrawer(till);
  await atDrawer(till);
  await till.keys("F12");
  await till.get("count-screen").waitFor();
  await till.get("denom-1000").fill("15");
  await till.get("count-card").fill("0");
  await till.keys("F12");
  await till.get("close-screen").waitFor();
  await till.keys("F9");
  await till.get("hand-over").waitFor();
  assert.match(await read(till, "hand-over"), /€150\.00.*stays with Anna Weber/);
  await till.keys("1");
  await till.get("pin").waitFor();
  await till.type("111111");
  await till.get("refusal").waitFor();
  await till.type(PIN);
  await gone(till, "hand-over");
  await till.shows("person", "Leyla Öztürk");
  await till.get("drawer-session").waitFor();
  const drawer = await ask(till, "drawer");
  assert.deepEqual([drawer.openedBy, drawer.openingFloatMinor, drawer.openingOverShortMinor], ["Leyla Öztürk", 15000, 0]);
  assert.equal((await ask(till, "z_reports")).length, 0);
});

test("two tills share a drawer; both close it apart, and a manager says which close counts", async (context) => {
  const server = await serverFor(context);
  const { first, second } = await twoTills(context, server);
  await atDrawers(second);
  await says(second, /Drawer of till 1.*till 1/);
  await second.keys("ArrowUp", "ArrowUp", "Enter");
  await second.shows("session-drawer", "Drawer of till 1");
  await sellSyrup(second, "cash", { amountMinor: 549 });
  for (let tries = 0; tries < 400 && (await ask(first, "x_report")).takingsMinor !== 1098; tries += 1) await first.page.waitForTimeout(50);
  assert.equal((await ask(first, "x_report")).takingsMinor, 1098);

  // Nobody hears the other one while both close.
  await server.stop();
  const count = async (till, pieces) => {
    const entryId = randomUUID();
    const denominations = [{ valueMinor: 1, count: pieces }];
    await ask(till, "count_drawer", { entryId, denominations, other: [{ kind: "card", countedMinor: 549 }], recountReason: null });
    const close = { entryId: randomUUID(), reason: "unknown", note: null, nextFloat: [], seenExpectedMinor: 15549, onItsWayReason: null };
    await ask(till, "close_session", close);
  };
  await count(first, 15549);
  await count(second, 15000);
  await server.restart();
  const bothHere = async () => (await ask(first, "cash")).drawers[0].closeCount === 2;
  for (let tries = 0; tries < 600 && !(await bothHere()); tries += 1) await first.page.waitForTimeout(50);
  await atDrawer(first);
  await first.keys("F10");
  await first.get("drawer-closed-twice").waitFor();
  const { look, found } = inspector(first.page);
  await look("two closes", "drawer-closed-twice");
  assert.deepEqual(found, []);
  const { closes } = (await ask(first, "cash")).drawers[0];
  await first.get(`pick-close-${closes.find(({ overShortMinor }) => overShortMinor === 0).closeId}`).click();
  await first.keys("F12");
  await first.get("drawer-close-picked").waitFor();
  await first.shows("desk-over-short-cash", "exact");
  await first.shows("desk-next", "Sign");
  // Signing comes right after the pick, on the same screen, and is an act of its own.
  await first.keys("F12");
  await first.get("drawer-detail").filter({ hasText: /Signed/ }).waitFor();
  const signed = (await ask(first, "cash")).drawers.find(({ closeCount }) => closeCount === 2);
  assert.equal(signed.state, "signed");
  // The packs that the catalogue does not know are still to be looked at; of the closes nothing is.
  assert.deepEqual((await ask(first, "branch_now")).toSettle.filter(({ kind }) => kind !== "unknown"), []);
});

test("two people count one drawer at two tills, and the count takes up what the other one counted", async (context) => {
  const server = await serverFor(context);
  const { first, second } = await twoTills(context, server);
  await atDrawer(first);
  await first.keys("F12");
  await first.get("count-screen").waitFor();
  assert.match(await read(first, "count-screen"), /Somebody counts with you\?.*F5, then F8/);

  await atDrawers(second);
  await says(second, /Drawer of till 1.*till 1/);
  await second.keys("ArrowUp", "ArrowUp", "F8");
  await second.get("part-screen").waitFor();
  assert.match(await read(second, "part-screen"), /Count along: Drawer of till 1/);
  await second.keys("F12");
  assert.match(await read(second, "part-screen"), /counted nothing yet/);
  await second.get("denom-50").fill("2*50");
  await second.shows("part-sum", "€50.00");
  await second.keys("F12");
  await second.get("part-in").waitFor();
  const { look, found } = inspector(second.page);
  await look("a part", "part-screen");

  // It is added where the drawer is counted, without a key.
  await first.get("part").waitFor();
  await first.shows("denom-beside-50", "+ 100");
  await first.shows("count-sum", "€50.00");
  // Counted anew: two more.
  await second.get("denom-50").fill("102");
  await second.keys("F12");
  await first.shows("denom-beside-50", "+ 102");
  await first.get("denom-1000").fill("10");
  await first.shows("count-sum", "€151.00");
  const looked = inspector(first.page);
  await looked.look("a count with a part", "count-screen");
  // Left out and added again.
  await first.get("part").locator("input").focus();
  await first.keys(" ");
  await first.shows("count-sum", "€100.00");
  await first.keys(" ");
  await first.shows("count-sum", "€151.00");
  await first.get("count-card").fill("5.49");
  await first.keys("F12");
  await first.shows("over-short-cash", "+ 1.00 over");
  await second.get("part-taken").waitFor();
  assert.deepEqual(found.concat(looked.found), []);
  // What comes after the count is said, and another count takes it up.
  await second.get("denom-20").fill("1");
  await second.keys("F12");
  await first.get("part-left").waitFor();
  assert.match(await read(first, "part-left"), /Anna Weber.*€0\.20/);
});
