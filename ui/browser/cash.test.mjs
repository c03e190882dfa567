// All cash of the branch in the window, by keyboard: sent, accepted, refused, and drawers that are counted, closed
// and signed from another till.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";
import { serverFor } from "./server.mjs";
import { OWNER_PIN } from "./till.mjs";
import { twoTills } from "./tills.mjs";

async function atDrawer(till) {
  await till.keys("Alt+3");
  await till.get("screen-drawer").waitFor();
}

async function atDesk(till) {
  await atDrawer(till);
  await till.page.locator('[data-testid="drawer-session"], [data-testid="open-drawer"]').waitFor();
  await till.keys("F10");
  await till.get("cash-desk").waitFor();
}

/** Types an amount where one is asked for, and goes on. */
async function amount(till, screen, text) {
  await till.get(screen).waitFor();
  await till.get("carry-amount").focus();
  await till.page.keyboard.type(text);
  await till.keys("F12");
  await gone(till, screen);
}

/** The first row of a sort, chosen. */
async function choose(till, kind) {
  await till.get("cash-row").locator(`[data-kind="${kind}"]`).first().click();
}

test("cash goes to the safe in a bag, and is there once it is counted", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await atDrawer(till);
  await till.keys("F6");
  await till.get("send-cash").waitFor();
  // An amount is needed, and nothing is sent without one.
  await till.keys("F12");
  assert.equal((await ask(till, "cash")).onItsWay.length, 0);
  await till.get("carry-bag").fill("B-1041");
  await amount(till, "send-cash", "40");
  await till.get("drawer-transfers").waitFor();
  await till.shows("movement", /Sent: Safe.*−40\.00/);

  await till.keys("F10");
  await till.get("cash-desk").waitFor();
  await till.shows("place-safe", "€0.00");
  await choose(till, "transfer");
  await till.shows("transfer-amount", "€40.00");
  assert.match(await read(till, "transfer-detail"), /B-1041/);
  await till.keys("F12");
  await amount(till, "accept-cash", "39.5");
  await till.shows("place-safe", "€39.50");
  await choose(till, "accepted");
  await till.shows("accepted-difference", "0.50 short");
  await till.keys("Escape");
  await gone(till, "drawer-transfers");
});

test("the key of the branch's cash works while the drawer is still read", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  const waiting = [];
  await till.page.route("**/api/drawer", (route) => waiting.push(route));
  await atDrawer(till);
  await till.keys("F10");
  await till.get("cash-desk").waitFor();
  for (const route of waiting) await route.continue();
});

test("what nobody accepts goes back, and the drawer closes meanwhile with a reason", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await ask(till, "save_settings", { ...(await ask(till, "settings")), blindCount: false });
  await openDrawer(till);
  await atDrawer(till);
  await till.keys("F6");
  await amount(till, "send-cash", "50");
  await till.keys("F12");
  await till.get("count-screen").waitFor();
  await till.get("denom-1000").fill("10");
  await till.get("count-card").fill("0");
  await till.keys("F12");
  await till.get("close-screen").waitFor();
  await till.keys("F12");
  await till.get("close-waiting-needed").waitFor();
  await till.keys("ArrowDown", "F12");
  await till.get("closed-screen").waitFor();
  await till.keys("Enter");

  await atDesk(till);
  await choose(till, "transfer");
  await till.keys("F9");
  await till.get("refuse-cash").waitFor();
  await till.keys("F12");
  await till.shows("transfer-refused", "Never arrived");
  await till.keys("Escape");
  // It lies in the drawer again, and is counted with the float.
  await till.get("open-sent").waitFor();
  await till.get("denom-1000").fill("15");
  await till.keys("F12");
  await till.get("screen-sell").waitFor();
  assert.equal((await ask(till, "drawer")).openingOverShortMinor, 0);
});

test("change out of the safe is counted by whoever fetched it", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await atDrawer(till);
  await till.keys("F7");
  await amount(till, "send-cash", "30");
  await till.get("cash-desk").waitFor();
  await till.shows("transfer-amount", "€30.00");
  await till.keys("F12");
  await amount(till, "accept-cash", "30");
  assert.equal((await ask(till, "x_report")).floatTopUpsMinor, 3000);
});

test("a forgotten drawer is counted and closed from another till, and signed by a second person", async (context) => {
  const { first, second } = await twoTills(context, await serverFor(context));
  await openDrawer(second);
  await sellSyrup(second, "cash", { amountMinor: 1000 });
  await ask(first, "save_settings", { ...(await ask(first, "settings")), secondPersonSigns: true });
  await atDesk(first);
  await first.get("cash-row").filter({ hasText: "Drawer of till 2" }).click();
  await first.shows("desk-next", "Count this drawer");
  await first.keys("F12");
  await first.get("count-screen").waitFor();
  await first.get("denom-1000").fill("15");
  await first.get("denom-50").fill("4");
  await first.get("count-card").fill("0");
  await first.keys("F12");
  // 155.49 should be there, and 152.00 is.
  await first.shows("over-short-cash", "3.49 short");
  await first.get("close-reason-unknown").click();
  await first.keys("F12");
  await first.get("cash-desk").waitFor();
  await first.shows("drawer-detail", "from another till");
  await first.keys("F12");
  await first.shows("refusal", "Somebody else has to do this");
  await second.shows("session-state", "closed");

  // The drawer's own till sells no more into it, and its next opening counts on what was left.
  const carla = randomUUID();
  await ask(first, "add_staff", { staffId: carla, name: "Carla Roth", role: "manager", secret: "24681357" });
  await ask(first, "sign_in", { staffId: carla, secret: "24681357", newSecret: OWNER_PIN });
  await first.shows("person", "Carla Roth");
  await atDesk(first);
  await first.get("cash-row").filter({ hasText: "Drawer of till 2" }).click();
  await first.shows("desk-next", "Sign");
  await first.keys("F12");
  await first.shows("drawer-timeline", /Signed.*Carla Roth/);
});

test("what came after a Z stands beneath it, and the Z stays as it is", async (context) => {
  const server = await serverFor(context);
  const { first, second } = await twoTills(context, server);
  await openDrawer(second);
  await atDesk(first);
  await first.get("cash-row").filter({ hasText: "Drawer of till 2" }).waitFor();
  const { cashSessionId } = await ask(second, "drawer");
  const count = () => ({ entryId: randomUUID(), denominations: [{ valueMinor: 1000, count: 15 }], other: [], recountReason: null });
  // The two hear nothing of each other: one counts the drawer, the other counts and closes it.
  await server.stop();
  await ask(first, "count_other", { cashSessionId, count: count() });
  await ask(second, "count_drawer", count());
  await ask(second, "close_session", { entryId: randomUUID(), reason: null, note: null, nextFloat: [], seenExpectedMinor: 15000 });
  await second.keys("Alt+6", "F6");
  await second.get("z-report").waitFor();
  assert.equal(await second.get("z-late").count(), 0);
  await server.restart();
  await second.get("z-late").waitFor();
  assert.match(await read(second, "z-late-line"), /^Count.*Anna Weber · Till 1 ?150\.00–$/);
  assert.match(await read(second, "z-late-totals"), /Expected cash ?150\.00 ?150\.00/);
});

for (const scheme of ["light", "dark"]) {
  test(`the cash of the branch is for everybody, ${scheme}`, async (context) => {
    const till = await tillOnDuty(context, { imported: false, scheme });
    const { look, found } = inspector(till.page);
    await openDrawer(till);
    await atDrawer(till);
    await till.keys("F6");
    await look("sending cash", "send-cash");
    await amount(till, "send-cash", "40");
    await atDesk(till);
    await look("a drawer", "drawer-detail");
    await choose(till, "transfer");
    await look("cash on its way", "transfer-detail");
    await till.keys("F12");
    await look("accepting cash", "accept-cash");
    assert.deepEqual(found, []);
  });
}
