// Settings > Server with the real server: a till is connected, invites the next one, is cut off and comes back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, gone, nowOnDuty, openDrawer, sellSyrup, tillFor } from "./scene.mjs";
import { serverFor } from "./server.mjs";
import { atSettings, connect, twoTills } from "./tills.mjs";

test("a server that cannot be reached, or does not know the code, is said in words", async (context) => {
  const till = await atSettings(context);
  await till.shows("settings-server", "No server is set up");
  await connect(till, "till.example.org", "ABCD-EFGH-JKMN");
  await till.shows("refusal", "This is not an address");
  await till.get("server-address").fill("http://127.0.0.1:9");
  await till.keys("F12");
  await till.shows("refusal", "The server does not answer there");
  const server = await serverFor(context);
  await till.get("server-address").fill(server.url);
  await till.keys("F12");
  await till.shows("refusal", "does not know this code");
  // What was typed is still there, and nothing was set up.
  assert.equal(await till.get("server-code").inputValue(), "ABCD-EFGH-JKMN");
  await till.keys("Escape");
  await gone(till, "connect-server");
  await till.shows("settings-server", "No server is set up");
  await till.shows("sync-state", "no server");
});

test("a till is connected, goes on alone while the server is away, and has sent everything afterwards", async (context) => {
  const server = await serverFor(context);
  const till = await atSettings(context);
  await connect(till, server.url, await server.code());
  await gone(till, "connect-server");
  await till.shows("settings-server", server.url);
  await till.shows("settings-server", /State ?connected/);
  await till.shows("sync-state", "all sent");

  await server.stop();
  await till.shows("sync-state", /offline since \d\d:\d\d/);
  await openDrawer(till);
  await sellSyrup(till, "cash");
  await till.shows("sync-state", "1 sale waits, €5.49");
  await till.shows("settings-server", /State ?offline since/);
  await till.shows("settings-server", "1 sale, €5.49");
  await server.restart();
  await till.shows("sync-state", "all sent");
  await till.shows("settings-server", /Waits to be sent ?nothing/);
});

test("a till whose server is lost goes on at another one, with everything that it has sold", async (context) => {
  const lost = await serverFor(context);
  const till = await atSettings(context);
  await connect(till, lost.url, await lost.code());
  await till.shows("sync-state", "all sent");
  await lost.stop();
  await openDrawer(till);
  await sellSyrup(till, "cash");
  await till.shows("sync-state", "1 sale waits");
  const found = await serverFor(context);
  await connect(till, found.url, await found.code());
  await till.shows("settings-server", found.url);
  await till.shows("sync-state", "all sent");
  const counters = await (await fetch(`${found.url}/metrics`)).text();
  assert.match(counters, /records_total [1-9]/);
});

/** Takes a sale of cough syrup back, for cash. */
async function takeBack(till, { saleId }) {
  const basket = await ask(till, "start_refund", { saleId, reason: "recall", lines: [{ lineNo: 1, quantity: 1 }] });
  const tenders = [{ kind: "cash", amountMinor: basket.totalMinor, reference: null, customerId: null }];
  await ask(till, "complete_sale", { saleId: basket.saleId, tenders, seenTotalMinor: basket.totalMinor });
}

test("what somebody may not do alone is allowed at another till, untouched where it was asked", async (context) => {
  const { first, second } = await twoTills(context, await serverFor(context));
  await openDrawer(second);
  await nowOnDuty(second, "Leyla Öztürk");
  await sellSyrup(second, "card");
  await second.keys("Alt+1");
  await ask(second, "add_unknown", { code: null, name: "Herbal tea", unitPriceMinor: 1000, taxCode: "standard", quantity: 1 });
  await second.shows("total", "10.00");
  const asks = async () => {
    await second.keys("F7");
    await second.get("discount-field").waitFor();
    await second.type("20%");
    await second.keys("Enter");
    await second.get("approval").waitFor();
    await second.keys("F3");
    await second.shows("approval-elsewhere", "Asked at the other tills and in managers' browsers");
  };
  await asks();
  await first.shows("asked", "Leyla Öztürk at till 2 asks: Discount: 20%");
  await first.keys("Alt+9");
  await first.get("asked-dialog").waitFor();
  await first.keys("Delete");
  await gone(first, "asked");
  await second.shows("approval-elsewhere", "Anna Weber did not allow it");
  // Somebody who stands here may still be chosen by a digit.
  await second.keys("1");
  await second.get("pin").waitFor();
  await second.keys("Escape");
  await second.get("approval-elsewhere").waitFor();
  await second.keys("F3");
  await first.shows("asked", "Discount: 20%");
  await first.keys("Alt+9");
  await first.get("asked-dialog").waitFor();
  await first.keys("Enter");
  await gone(second, "approval");
  await second.shows("total", "8.00");
  await gone(first, "asked");
});

test("a till invites the next one, which joins with address and code and sells to the same branch", async (context) => {
  const { first, second } = await twoTills(context, await serverFor(context));
  await second.keys("Alt+5");
  await second.shows("branch-takings", "€5.49");
  await second.shows("completeness", "All 2 tills up to now");

  // A sale of the one is seen on the other without anybody touching it.
  await first.keys("Alt+5");
  await openDrawer(second);
  await sellSyrup(second, "cash");
  await first.shows("branch-takings", "€10.98");
  await first.shows("branch-sales", "2");
});

test("what two tills took back apart is settled on one of them, leaves the lists of both, and may come back", async (context) => {
  const server = await serverFor(context);
  const { first, second, sale } = await twoTills(context, server);
  await second.shows("sync-state", "all sent");
  await server.stop();
  await openDrawer(second);
  await takeBack(first, sale);
  await takeBack(second, sale);
  await server.restart();
  for (const till of [first, second]) {
    await till.keys("Alt+5");
    await till.shows("settle-row", "More came back than was sold");
  }
  const isListed = (till) => till.page.locator('[data-testid="settle-row"]', { hasText: "More came back" });
  await first.keys("F10");
  await first.get("settle-dialog").waitFor();
  await first.keys("ArrowDown", "Enter");
  await gone(first, "settle-dialog");
  for (const till of [first, second]) await isListed(till).waitFor({ state: "detached" });
  await second.keys("F11");
  await second.shows("settled-row", /Put right ?· Anna Weber/);
  await second.keys("F10");
  await second.get("settled-empty").waitFor();
  await second.keys("Escape");
  for (const till of [first, second]) await isListed(till).waitFor();
});

test("an invitation that the server does not have is refused in words", async (context) => {
  const server = await serverFor(context);
  const till = await tillFor(context, { founded: false });
  await till.get("setup-way-server").check();
  await till.keys("F12");
  await till.get("join-server").fill(server.url);
  await till.get("join-code").fill("ABCD-EFGH-JKMN");
  await till.keys("F12");
  await till.shows("refusal", "no invitation under this code");
});
