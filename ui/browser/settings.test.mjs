// Settings of the branch, people, backup, the book, practice mode, language; and accounts.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

async function atSettings(context) {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+8");
  await till.get("settings").waitFor();
  return till;
}

test("the branch is set, a person added, the language changed", async (context) => {
  const till = await atSettings(context);
  await till.get("settings-letterhead").fill("Marktplatz 1\nTel. 0123");
  await till.get("settings-tolerance").fill("2,50");
  await till.keys("F12");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="settings-save"]')?.hasAttribute("disabled"));
  const settings = await ask(till, "settings");
  assert.deepEqual(settings.letterhead, ["Marktplatz 1", "Tel. 0123"]);
  assert.equal(settings.overShortToleranceMinor, 250);
  await till.keys("F5");
  await till.get("setting-change").first().waitFor();
  assert.match(await read(till, "setting-changes"), /Anna Weber.*Reason needed above.*€2\.00.*€2\.50/);
  const { look, found } = inspector(till.page);
  await look("changes of settings", "setting-changes");
  assert.deepEqual(found, []);
  await till.keys("Escape");
  await gone(till, "setting-changes");

  await till.keys("F3");
  await till.get("person-name").waitFor();
  await till.page.keyboard.type("Chloé");
  await till.keys("Enter");
  await till.get("hand-over").waitFor();
  await till.keys("Enter");
  await till.page.locator('[data-testid="settings-staff"] li', { hasText: "Chloé" }).waitFor();

  await till.get("settings-language").selectOption("fr");
  await till.page.getByText("Mode exercice", { exact: true }).first().waitFor();
});

test("how long a till stays open and an approval holds is set, within its range", async (context) => {
  const till = await atSettings(context);
  const refused = (id) => till.page.locator(`[data-testid="${id}"][aria-invalid="true"]`).waitFor();
  for (const minutes of ["0", "61", "x"]) {
    await till.get("settings-lock").fill(minutes);
    await refused("settings-lock");
    assert.equal(await till.get("settings-save").isDisabled(), true, minutes);
  }
  await till.get("settings-lock").fill("12");
  await till.get("settings-approval").fill("31");
  await refused("settings-approval");
  assert.equal(await till.get("settings-save").isDisabled(), true);
  await till.get("settings-approval").fill("10");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="settings-save"]')?.hasAttribute("disabled"));
  const { lockAfterMin, approvalMin } = await ask(till, "settings");
  assert.deepEqual([lockAfterMin, approvalMin], [12, 10]);
  assert.equal((await ask(till, "status")).lockAfterMs, 12 * 60_000);
});

test("a backup goes to its folder, and the book is verified", async (context) => {
  const till = await atSettings(context);
  const folder = join(till.data, "stick");
  mkdirSync(folder);
  await till.get("backup-set").click();
  await till.get("backup-path").fill(folder);
  await till.get("backup-passphrase").fill("a quiet river in autumn");
  await till.get("backup-passphrase-again").fill("a quiet river in autumn");
  await till.keys("F12");
  await till.page.waitForFunction((path) => document.querySelector('[data-testid="backup-folder"]')?.textContent === path, folder);
  await till.keys("F6");
  await till.page.locator('[data-testid="job-backup"][data-state="done"]').waitFor();
  assert.notEqual((await ask(till, "status")).backup.lastMs, null);
  assert.ok(readdirSync(folder).length > 0);

  await till.keys("F7");
  await till.page.locator('[data-testid="job-verify"][data-state="done"]').waitFor();
});

test("practice mode has a book of its own, and every screen says so", async (context) => {
  const till = await atSettings(context);
  await till.get("settings-practice").click();
  await till.page.getByText("PRACTICE: nothing here is sold").waitFor();
  assert.equal((await ask(till, "status")).practice, true);
});

test("what a customer owes is settled at the till, at most what is owed", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const { customerId } = await ask(till, "add_customer", { customerId: randomUUID(), name: "Pflegeheim Lindenhof" });
  await sellSyrup(till, "on_account", { customerId });
  await till.keys("Alt+7");
  await till.get("settle").waitFor();
  await till.shows("owes", "€5.49");
  await till.get("settle-amount").fill("5.50");
  await till.keys("F12");
  assert.equal((await ask(till, "customers"))[0].owesMinor, 549);
  await till.get("settle-amount").fill("5.00");
  await till.keys("F12");
  await till.get("settle-text").waitFor();
  await till.shows("owes", "€0.49");
});
