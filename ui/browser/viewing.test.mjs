// A manager's browser at the real server: let in by a till's link, it shows what happens at the till, and nothing is
// done there.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { another, browserAt, connected, linkOf } from "./browsers.mjs";
import { ask, gone, nowOnDuty, openDrawer, sellSyrup, tillFor } from "./scene.mjs";
import { OWNER_PIN, pharmatill } from "./till.mjs";

test("what a till sells a manager's browser shows untouched, and it only looks", async (context) => {
  const { server, till } = await connected(context);
  const link = await linkOf(till);
  assert.ok((await till.get("view-qr").locator("path").getAttribute("d")).length > 1_000);
  await till.shows("view-link-dialog", "only right on this computer");
  await till.keys("Escape");

  const manager = await browserAt(till, link);
  await manager.get("branch").waitFor();
  assert.equal(new URL(manager.page.url()).hash, "");
  await manager.shows("view-only", "only looking");
  await manager.shows("view-connection", "connected");
  await manager.shows("completeness", "The only till up to now");
  // The owner sees what should be in the drawer, counted or not.
  await manager.shows("drawer-card", "€150.00");
  await manager.shows("viewer", "Anna Weber");
  assert.equal(await manager.get("rail-sell").count(), 0);
  // No way on to a sale or a product, and keys of a till do nothing.
  for (const key of ["Alt+1", "F3", "F9", "Escape"]) await manager.page.keyboard.press(key);
  assert.equal(await manager.get("branch").count(), 1);
  const said = await manager.page.evaluate(async () => (await fetch("./api/complete_sale", { method: "POST", body: "{}" })).json());
  assert.equal(said.code, "view_only");
  assert.equal(await manager.page.evaluate(() => document.cookie), "");

  await sellSyrup(till, "cash");
  await manager.shows("branch-takings", "€5.49");
  await manager.shows("branch-sales", /^1$/);
  await manager.shows("drawer-card", "€155.49");
  await manager.shows("tenders", "5.49");
  await manager.page.keyboard.press("Alt+0");
  await manager.shows("sync-tills", /Till 1now0/);
  await manager.page.keyboard.press("Escape");

  // What happens while the server is away is there afterwards, by itself.
  await server.stop();
  await manager.shows("view-connection", /offline since \d\d:\d\d/);
  await sellSyrup(till, "cash");
  await server.restart();
  await manager.shows("view-connection", "connected");
  await manager.shows("branch-takings", "€10.98");

  await manager.page.reload();
  await manager.shows("branch-takings", "€10.98");
  await manager.page.keyboard.press("F8");
  await manager.shows("entrance", "For the first time a till lets you in");
  await manager.context.close();
});

test("a link that was opened lets nobody else in, and only who manages makes one", async (context) => {
  const { till } = await connected(context);
  const link = await linkOf(till);
  const manager = await browserAt(till, link);
  await manager.get("branch").waitFor();
  const other = await browserAt(till, link);
  await other.shows("entrance", "This link was opened already");
  await other.shows("entrance", "F9");
  // The same link again where it was opened is no reason to be thrown out.
  await manager.page.goto("about:blank");
  await manager.page.goto(link);
  await manager.get("branch").waitFor();

  await till.keys("F12");
  await till.page.waitForFunction((before) => document.querySelector("[data-testid=view-link]")?.textContent !== before, link);
  await till.keys("Escape");
  await gone(till, "view-link-dialog");
  // Who does not manage is offered none, and gets none.
  await till.page.locator('[data-act="branch.browser"]').waitFor();
  await nowOnDuty(till, "Leyla Öztürk");
  await till.page.locator('[data-act="branch.browser"]').waitFor({ state: "detached" });
  assert.equal((await till.ask("view_link")).code, "not_allowed");
});

test("several branches stand side by side, and each opens by one key or one touch", async (context) => {
  const { server, till } = await connected(context);
  const file = join(till.data, "invitation");
  let code;
  await till.restart(async () => {
    ({ code } = await pharmatill(till.data, "invite", file, "--branch", "Filiale West"));
  });
  const west = await tillFor(context, { invited: { file, code }, imported: false });
  await west.get("screen-signin").waitFor();
  // A till that joined asks for a secret of one's own.
  const [{ staffId }] = await ask(west, "staff");
  await ask(west, "sign_in", { staffId, secret: OWNER_PIN, newSecret: `${OWNER_PIN}, west` });
  await ask(west, "connect_server", { address: server.url, code: await server.code() });
  await openDrawer(west);
  await till.get("frame").waitFor();
  await till.keys("Alt+5");
  const manager = await browserAt(till, await linkOf(till));
  const row = (name) => manager.get("branch-row").filter({ hasText: name });
  const cell = async (name, column, text) => row(name).getByTestId(`organisation-${column}`).filter({ hasText: text }).waitFor();
  await cell("Apotheke am Markt", "takings", "€0.00");
  await cell("Filiale West", "drawers", "1 of 1");
  await cell("Filiale West", "tills", "1 of 1");
  await cell("Filiale West", "heard", "now");
  const { look, found } = inspector(manager.page);
  await look("organisation", "organisation");
  await manager.page.setViewportSize({ width: 390, height: 844 });
  await look("organisation, phone", "organisation");
  await manager.page.setViewportSize({ width: 1366, height: 768 });
  assert.deepEqual(found, []);

  await sellSyrup(west, "cash");
  await cell("Filiale West", "takings", "€5.49");
  await cell("Filiale West", "sales", /1$/);
  await cell("Apotheke am Markt", "takings", "€0.00");
  // The till's own branch is chosen; the other one is below it.
  await manager.page.keyboard.press("ArrowDown");
  await manager.page.keyboard.press("Enter");
  await manager.shows("branch-takings", "€5.49");
  await sellSyrup(west, "cash");
  await manager.shows("branch-takings", "€10.98");
  await manager.page.keyboard.press("Escape");
  await row("Apotheke am Markt").click();
  await manager.shows("branch-takings", "€0.00");
});

for (const scheme of ["light", "dark"]) {
  test(`what a manager's browser shows is for everybody, ${scheme}`, async (context) => {
    const { till } = await connected(context, { scheme });
    const { look, found } = inspector(till.page);
    const link = await linkOf(till);
    await look("open in a browser", "view-link");
    await sellSyrup(till, "card", { reference: "4711" });
    for (const [width, height] of [[1366, 768], [390, 844]]) {
      const manager = await browserAt(till, width === 1366 ? link : await another(till), { width, height, scheme });
      const inside = inspector(manager.page);
      await manager.shows("branch-takings", "€5.49");
      await inside.look(`branch, ${width}`, "hour-chart");
      await manager.page.keyboard.press("Alt+0");
      await inside.look(`tills, ${width}`, "sync-tills");
      await manager.page.keyboard.press("Escape");
      await manager.page.keyboard.press("F8");
      await inside.look(`sign-in page, ${width}`, "entrance");
      found.push(...inside.found);
      await manager.context.close();
    }
    assert.deepEqual(found, []);
  });
}
