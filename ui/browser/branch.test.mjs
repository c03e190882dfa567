// The whole branch on one screen, and how the frame says that a till stands to its server.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, gone, nowOnDuty, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";
import { PIN } from "./till.mjs";

/** Answers of the real desk with something added that only a server could tell. */
const told = (till, name, change) =>
  till.page.route(`**/api/${name}`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });

test("the branch shows each sale by itself, and leads to what is to be settled", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+5");
  await till.get("branch-nothing").waitFor();
  await till.shows("completeness", "This till is the whole branch");
  await till.shows("drawer-card", "not in use");
  await till.get("settle-row-empty").waitFor();
  await till.keys("F3");
  await till.get("low-row-empty").waitFor();
  await till.keys("F6");
  await till.get("expiring-row-empty").waitFor();

  await openDrawer(till);
  await sellSyrup(till, "card", { reference: "4711" });
  await till.shows("branch-takings", "€5.49");
  await till.shows("branch-sales", "1");
  await till.shows("branch-average", "€5.49");
  await till.shows("drawer-card", "€150.00");
  assert.equal(await till.page.locator('[data-testid="hour-chart"] table td:text-is("5.49")').count(), 1);
  assert.match(await read(till, "tenders"), /Card1 ?5\.49/);
  await till.keys("F2");
  await till.shows("settle-row", "Sold, but not in the catalogue");
  await till.shows("settle-row", "Cough syrup");

  // The sale that is looked at stays chosen when another one comes.
  await sellSyrup(till, "cash");
  await till.shows("branch-sales", "2");
  await till.keys("ArrowDown");
  const chosen = () => till.page.locator('[data-testid="settle-row"][aria-selected="true"]').getAttribute("data-key");
  const second = await chosen();
  await sellSyrup(till, "cash");
  await till.shows("branch-sales", "3");
  // The figures below come into sight without a mouse, and the choice stays where it is.
  const counts = till.get("branch-counts").getByText("Opened without a sale");
  const isInSight = () => counts.evaluate((row) => row.getBoundingClientRect().bottom < window.innerHeight - 48);
  assert.equal(await isInSight(), false);
  await till.keys("Control+ArrowDown");
  assert.equal(await isInSight(), true);
  assert.equal(await chosen(), second);
  await till.keys("F12");
  await till.get("sale-detail").waitFor();
  assert.match(await read(till, "sale-detail"), /000002/);
  await till.keys("Alt+5");
  await till.get("branch").waitFor();
  await till.keys("Escape");
  await till.get("screen-sell").waitFor();
});

test("before the count nobody sees the cash of a drawer who may not, nor what another person saw", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  // Both have a PIN.
  await nowOnDuty(till, "Leyla Öztürk");
  await nowOnDuty(till, "Anna Weber");
  await openDrawer(till);
  await sellSyrup(till, "cash");
  await till.keys("Alt+6", "F3");
  await till.shows("report-expected", "€155.49");
  await till.keys("Alt+5");
  await till.shows("drawer-card", "€155.49");
  await till.keys("F4");
  await till.signIn("2", PIN);
  await till.shows("person", "Leyla");
  await till.shows("drawer-card", "after the count");
  await till.shows("tenders", "after the count");
  assert.equal(await till.page.getByText("155.49").count(), 0);
  await till.keys("Alt+6", "F3");
  await till.shows("report-expected", "after the count");
});

test("the first line and the frame say what is missing and what waits", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  const minutesAgo = (minutes) => Date.now() - minutes * 60_000;
  const none = { hasServer: true, address: "http://127.0.0.1:7878", isConnected: true, lastContactMs: Date.now(), refused: null, unsentCount: 0, unsentMinor: 0, oldestUnsentMs: null };
  let sync = none;
  await told(till, "status", (status) => ({ ...status, sync }));
  await told(till, "branch_now", (now) => {
    const other = { tillNo: 2, isSelf: false, isConnected: true, lastHeardMs: now.nowMs, salesNotHere: 3, isUpToNow: false };
    return { ...now, hasServer: true, isConnected: true, tills: [...now.tills, other] };
  });
  const shows = async (next, state, words) => {
    sync = next;
    await till.page.reload();
    await till.get("frame").waitFor();
    assert.equal(await till.get("sync-state").getAttribute("data-state"), state);
    await till.shows("sync-state", words);
  };
  await shows(none, "sent", "all sent");
  await shows({ ...none, isConnected: false, lastContactMs: minutesAgo(1) }, "offline", /offline since \d\d:\d\d/);
  await shows({ ...none, refused: "device_revoked" }, "stopped", "exchange stopped");
  const waits = { ...none, isConnected: false, lastContactMs: minutesAgo(125), unsentCount: 14, unsentMinor: 31240, oldestUnsentMs: minutesAgo(120) };
  await shows(waits, "waits", "14 sales wait, €312.40, oldest 2 hrs");

  await till.keys("Alt+0");
  await till.shows("sync-dialog", "14 sales, €312.40");
  await till.shows("sync-tills", /Till 2now3/);
  await till.keys("F12");
  await gone(till, "sync-dialog");
  await till.shows("completeness", /^1 of 2 tills up to now\s· Till 2: 3 sales not yet here$/);
  await till.get("completeness").click();
  await till.get("sync-dialog").waitFor();
  await till.keys("Escape");
  await gone(till, "sync-dialog");
  await till.get("sync-state").click();
  await till.get("sync-dialog").waitFor();
});

test("a branch that cannot be read says so, and what is there stays", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await sellSyrup(till, "card", { reference: "4711" });
  const failing = (route) => route.fulfill({ status: 422, json: { code: "ledger_failed", detail: null } });
  await till.page.route("**/api/branch_now", failing);
  await till.keys("Alt+5");
  await till.shows("failed", "The disk did not take this");
  await till.page.unroute("**/api/branch_now", failing);
  // The next change asks again by itself.
  await sellSyrup(till, "card", { reference: "4712" });
  await till.shows("branch-takings", "€10.98");
  await till.page.route("**/api/branch_now", failing);
  await sellSyrup(till, "card", { reference: "4713" });
  await till.shows("branch-stale", "The disk did not take this");
  await till.shows("branch-takings", "€10.98");
});

test("what a till wrote after it was cut off may be accepted, which nobody does by a mere Enter", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  const row = {
    key: "after_revocation 00 0", kind: "after_revocation", atMs: Date.now(), tillNo: 2, saleId: null, receiptNo: "B01-T2-7KQ-000012",
    person: null, productId: null, productName: null, isToBeTold: true, settled: null,
  };
  await told(till, "branch_now", (now) => ({ ...now, toSettle: [row], toSettleCount: 1 }));
  const settled = [];
  await till.page.route("**/api/settle_exception", async (route) => {
    settled.push(route.request().postDataJSON().how);
    await route.fulfill({ json: [] });
  });
  await till.keys("Alt+5");
  await till.keys("F2");
  await till.shows("settle-row", "Written by a till that was cut off");
  for (const keys of [["Enter"], ["ArrowUp", "Enter"]]) {
    await till.keys("F10");
    await till.shows("settle-dialog", "It counts");
    for (const key of keys) await till.keys(key);
    await gone(till, "settle-dialog");
  }
  assert.deepEqual(settled, ["not_explained", "accepted"]);
});

test("in a list that a dialog shows the arrows choose", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  const row = (no) => ({
    key: `after_revocation 00 ${no}`, kind: "after_revocation", atMs: Date.now(), tillNo: 2, saleId: null, receiptNo: `B01-T2-7KQ-00001${no}`,
    person: null, productId: null, productName: null, isToBeTold: false, settled: { atMs: Date.now(), person: "Anna Weber", how: "accepted" },
  });
  await till.page.route("**/api/settled_exceptions", (route) => route.fulfill({ json: [row(1), row(2)] }));
  const opened = [];
  await till.page.route("**/api/settle_exception", async (route) => {
    opened.push(route.request().postDataJSON().key);
    await route.fulfill({ json: [] });
  });
  await till.keys("Alt+5");
  await till.get("branch-nothing").waitFor();
  await till.keys("F11");
  await till.get("settled-row").first().waitFor();
  await till.keys("ArrowDown", "F10");
  await till.get("settled-empty").waitFor();
  assert.deepEqual(opened, ["after_revocation 00 2"]);
});
