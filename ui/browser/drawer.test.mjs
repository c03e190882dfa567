// The day of a drawer in the window, by keyboard alone: float, movements, blind count, close, Z.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ask, gone, nowOnDuty, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

const VALUES = [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];

/** Types counts from the first field to the last; Enter goes on. */
async function count(till, counts) {
  await till.get(`denom-${VALUES[0]}`).focus();
  for (const value of VALUES) {
    if (counts[value] !== undefined) await till.page.keyboard.type(String(counts[value]));
    await till.keys("Enter");
  }
}

async function atDrawer(till) {
  await till.keys("Alt+3");
  await till.get("screen-drawer").waitFor();
}

test("a float is counted note by note and the drawer opened", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await atDrawer(till);
  await till.get("open-drawer").waitFor();

  await till.keys("Escape");
  await till.get("screen-sell").waitFor();
  await atDrawer(till);
  await till.get("open-drawer").waitFor();

  // Nothing counted: the key asks back once instead of opening an empty drawer.
  await till.keys("F12");
  await till.get("count-empty").waitFor();

  await till.get("denom-1000").fill("2*2+1");
  await till.shows("denom-sum-1000", "50.00");
  await till.get("denom-1000").fill("5+");
  await till.get("count-unreadable").waitFor();
  await till.keys("F12");
  assert.equal((await ask(till, "drawer")).state, "closed");

  await till.get("denom-1000").fill("");
  await count(till, { 1000: "5", 500: "12", 200: "20" });
  // The last Enter opened it, and selling begins.
  await till.get("screen-sell").waitFor();
  const drawer = await ask(till, "drawer");
  assert.equal(drawer.state, "open");
  assert.equal(drawer.openingFloatMinor, 15_000);
  assert.match(await read(till, "session-state"), /open since/);
});

test("cash that is not a sale is written down with its reason", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await atDrawer(till);
  await till.get("movements-empty").waitFor();

  await till.keys("F2");
  await till.get("movement-amount").waitFor();
  // An amount is needed, and nothing is booked without one.
  await till.keys("F12");
  assert.equal((await ask(till, "drawer")).movements.length, 0);
  await till.page.keyboard.type("12.50");
  await till.keys("Enter", "ArrowDown", "Enter");
  await till.page.keyboard.type("Stamps");
  await till.keys("Enter");
  await till.get("movement").first().waitFor();
  assert.match(await read(till, "movement"), /Paid out.*Office and household.*Stamps.*Anna Weber.*−12\.50/);

  await till.keys("F6");
  await till.get("carry-amount").waitFor();
  await till.page.keyboard.type("20");
  await till.keys("F12");
  await gone(till, "send-cash");
  await till.keys("F9");
  await till.get("movement-no_sale").waitFor();
  await till.keys("F12");
  await gone(till, "movement-no_sale");
  const { movements } = await ask(till, "drawer");
  assert.deepEqual(
    movements.map(({ kind, amountMinor, reason, note }) => [kind, amountMinor, reason, note]),
    [
      ["no_sale", 0, "give_change", null],
      ["sent", -2000, "too_much_cash", null],
      ["paid_out", -1250, "office", "Stamps"],
    ],
  );

  // Esc leaves a movement without booking it.
  await till.keys("F3");
  await till.get("movement-amount").waitFor();
  await till.page.keyboard.type("5");
  await till.keys("Escape");
  await till.get("count-drawer").waitFor();
  assert.equal((await ask(till, "drawer")).movements.length, 3);
});

test("a drawer is counted blind, counted again, and closed with its Z", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await ask(till, "save_settings", { ...(await ask(till, "settings")), blindCount: true, overShortToleranceMinor: 100 });
  await openDrawer(till);
  await sellSyrup(till, "cash", { amountMinor: 1000 });

  // While it is counted blind, neither X nor the drawer tells a technician what should be there.
  await nowOnDuty(till, "Leyla Öztürk");
  await till.keys("Alt+6", "F3");
  await till.get("x-text").waitFor();
  await till.shows("report-expected", "after the count");
  assert.doesNotMatch(await till.page.innerText("body"), /155[.,]49/);
  await atDrawer(till);
  await till.keys("F12");
  await till.get("count-screen").waitFor();
  assert.doesNotMatch(await till.page.innerText("body"), /155[.,]49|xpected/);

  // What was typed survives leaving the screen and a restart of the window.
  await till.get("denom-10000").fill("1");
  await till.keys("Escape", "Alt+1");
  await till.page.reload();
  await till.get("frame").waitFor();
  await atDrawer(till);
  await till.keys("F12");
  assert.equal(await till.get("denom-10000").inputValue(), "1");

  // A slip of the finger is asked back once, by its row, and tells nothing of what is expected.
  await till.get("denom-1000").fill("10000");
  await till.shows("count-sum", "€100,100.00");
  await till.keys("F12");
  await till.shows("count-asked", /€10\.00: more than 500 pieces/);
  assert.equal(await till.get("denom-1000").getAttribute("aria-invalid"), "true");
  assert.doesNotMatch(await till.page.innerText("body"), /155[.,]49|xpected/);
  assert.equal((await ask(till, "drawer")).countNo, 0);
  await till.get("denom-1000").fill("");

  // 151.99 instead of 155.49.
  await count(till, { 5000: "1", 200: "0", 100: "1", 50: "1", 20: "2", 5: "1", 2: "2" });
  await till.shows("count-sum", "€151.99");
  await till.page.keyboard.type("0");
  await till.keys("Enter");
  await till.page.keyboard.type("0");
  await till.keys("Enter");
  await till.get("close-screen").waitFor();
  await till.shows("expected-cash", "155.49");
  await till.shows("counted-cash", "151.99");
  await till.shows("over-short-cash", "− 3.50 short");

  // Above the tolerance there is no Z without a reason.
  await till.keys("F12");
  await till.get("close-reason-needed").waitFor();
  assert.equal((await ask(till, "z_reports")).length, 0);

  // Counted again, with a reason: 3.00 more was found.
  await till.keys("F6");
  await till.get("recount-reason").waitFor();
  await till.get("denom-10000").fill("1");
  await count(till, { 5000: "1", 200: "1", 100: "2", 50: "1", 20: "2", 5: "1", 2: "2" });
  await till.page.keyboard.type("0");
  await till.keys("Enter");
  await till.page.keyboard.type("0");
  await till.keys("F12");
  assert.equal((await ask(till, "drawer")).count.countNo, 1);
  await till.get("recount-reason-found_more").check();
  await till.keys("F12");
  await till.page.locator('[data-testid="over-short-cash"][data-minor="-50"]').waitFor();
  await till.shows("over-short-cash", "− 0.50 short");

  // 100.00 stays; no more of a note can stay than there is.
  const float = till.get("denom-10000");
  for (const value of [5000, 200, 100, 50, 20, 5, 2]) await till.get(`denom-${value}`).fill("");
  await float.fill("2");
  await till.get("float-too-many").waitFor();
  await float.fill("1");
  await till.shows("next-float", "€100.00");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="to-safe"]')?.textContent === "€54.99");
  await till.keys("F12");

  await till.get("closed-screen").waitFor();
  const z = await read(till, "z-text");
  assert.match(z, /155[.,]49/);
  assert.ok(z.split("\n").every((line) => [...line].length <= 42), "a line is wider than 42 columns");
  const [{ zNo }] = await ask(till, "z_reports");
  assert.ok((await read(till, "z-no")).includes(zNo));
  await till.keys("Enter");
  await till.get("open-drawer").waitFor();
  // The next float is counted blind as well.
  assert.equal(await till.get("left-in-drawer").count(), 0);

  // It is found again under Reports and printed again as a copy.
  await till.keys("Alt+6", "F6");
  await till.get("z-row").first().waitFor();
  assert.equal(await till.get("z-row").count(), 1);
  await till.keys("F12");
  await till.get("z-copied").waitFor();
  assert.match(await read(till, "z-text"), /COPY|KOPIE|COPIE/);
});

test("after the count selling and moving cash go on, and it is counted again before the close", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const denominations = [{ valueMinor: 1000, count: 15 }];
  await ask(till, "count_drawer", { entryId: randomUUID(), denominations, other: [], recountReason: null });
  await atDrawer(till);
  await till.get("close-screen").waitFor();

  // One step back there is the session with all that can be done, and F12 leads on again.
  await till.keys("Escape");
  await till.get("count-stands").waitFor();
  await till.get("move-paid_out").waitFor();
  await till.keys("F12");
  await till.get("close-screen").waitFor();
  await till.keys("Escape");
  await till.get("drawer-session").waitFor();
  await till.keys("Escape");
  await till.get("screen-sell").waitFor();

  // Enter once too often leaves nothing and nobody.
  await till.get("to-drawer").waitFor();
  await till.keys("Enter", "Enter");
  await till.type("ib");
  assert.equal(await till.get("scan-field").inputValue(), "ib");

  // Sold since: the old count is not held against the new figures.
  await sellSyrup(till, "cash");
  await atDrawer(till);
  await till.get("count-outdated").waitFor();
  assert.equal(await till.get("close-screen").count(), 0);
  await till.keys("F12");
  await till.get("count-screen").waitFor();
  await till.get("count-outdated").waitFor();
  assert.equal(await till.get("recount-reason-sold_since").isChecked(), true);
  await count(till, { 1000: "5", 500: "13", 200: "20", 20: "2", 5: "1", 2: "2" });
  await till.keys("0", "Enter", "0", "F12");
  await till.get("close-screen").waitFor();
  await till.shows("expected-cash", "155.49");

  // Where a second person recounts, whoever counted is told so and not led into a count for nothing.
  assert.equal(await till.get("recount").isEnabled(), true);
  const settings = await ask(till, "settings");
  await ask(till, "save_settings", { ...settings, secondPersonRecounts: true });
  await till.get("recount-second").waitFor();
  assert.equal(await till.get("recount").isEnabled(), false);
  await ask(till, "save_settings", settings);
  await gone(till, "recount-second");

  // So it is with cash that is moved.
  await till.keys("Escape", "F9");
  await till.get("movement-no_sale").waitFor();
  await till.keys("F12");
  await till.get("count-outdated").waitFor();
  await till.keys("F12");
  await count(till, { 1000: "5", 500: "13", 200: "20", 20: "2", 5: "1", 2: "2" });
  await till.keys("0", "Enter", "0", "F12");
  await till.get("close-screen").waitFor();
  await till.keys("F12");
  await till.get("closed-screen").waitFor();
});

test("a drawer is counted by finger, with rolls", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await atDrawer(till);
  await till.get("open-drawer").waitFor();
  assert.equal(await till.get("number-pad").count(), 0, "nobody can touch yet");
  const session = await till.page.context().newCDPSession(till.page);
  await session.send("Emulation.setTouchEmulationEnabled", { enabled: true });
  await till.page.reload();
  await till.get("frame").waitFor();
  await atDrawer(till);
  for (const key of ["pad-2", "pad-*", "pad-5", "pad-next", "pad-1"]) await till.get(key).click();
  await till.shows("denom-sum-50000", "5,000.00");
  await till.shows("count-sum", "€5,200.00");
  await till.get("open-session").click();
  await till.get("screen-sell").waitFor();
  assert.equal((await ask(till, "drawer")).openingFloatMinor, 520_000);
});
