// Settings of the branch, people, backup, the book, practice mode, language; and accounts.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { at, openScreen, press, signIn, text, type } from "./screen.mjs";
import { startTill } from "./till.mjs";

async function atSettings(context, till) {
  const page = await openScreen(context, till);
  await signIn(page);
  await press(page, "Alt+7");
  await at(page, "settings").waitFor();
  return page;
}

test("the branch is set, a person added, the language changed", async (context) => {
  const till = await startTill(context);
  const page = await atSettings(context, till);
  await at(page, "settings-letterhead").fill("Marktplatz 1\nTel. 0123");
  await at(page, "settings-tolerance").fill("2,50");
  await press(page, "F12");
  await page.waitForFunction(() => document.querySelector('[data-testid="settings-save"]')?.hasAttribute("disabled"));
  const settings = await till.call("settings");
  assert.deepEqual(settings.letterhead, ["Marktplatz 1", "Tel. 0123"]);
  assert.equal(settings.overShortToleranceMinor, 250);

  await press(page, "F3");
  await at(page, "person-name").waitFor();
  await type(page, "Chloé");
  await press(page, "Enter");
  await page.locator('[data-testid="settings-staff"] li', { hasText: "Chloé" }).waitFor();

  await at(page, "settings-language").selectOption("fr");
  await page.getByText("Mode exercice", { exact: true }).first().waitFor();
});

test("a backup goes to its folder, and the book is verified", async (context) => {
  const till = await startTill(context);
  const page = await atSettings(context, till);
  const folder = join(till.folder, "stick");
  mkdirSync(folder);
  await at(page, "backup-set").click();
  await at(page, "backup-path").fill(folder);
  await at(page, "backup-passphrase").fill("a quiet river in autumn");
  await at(page, "backup-passphrase-again").fill("a quiet river in autumn");
  await press(page, "F12");
  await page.waitForFunction((path) => document.querySelector('[data-testid="backup-folder"]')?.textContent === path, folder);
  await press(page, "F6");
  await page.locator('[data-testid="job-backup"][data-state="done"]').waitFor();
  assert.notEqual((await till.call("status")).backup.lastMs, null);
  assert.ok(readdirSync(folder).length > 0);

  await press(page, "F7");
  await page.locator('[data-testid="job-verify"][data-state="done"]').waitFor();
});

test("practice mode has a book of its own, and every screen says so", async (context) => {
  const till = await startTill(context);
  const page = await atSettings(context, till);
  await page.getByText("Practice mode", { exact: true }).click();
  await page.getByText("PRACTICE", { exact: false }).first().waitFor();
  assert.equal((await till.call("status")).practice, true);
});

test("what a customer owes is settled at the till, at most what is owed", async (context) => {
  const till = await startTill(context);
  await till.call("sign_in", { staffId: (await till.call("staff"))[0].staffId });
  await till.call("open_session", { cashSessionId: randomUUID(), denominations: [] });
  const { customerId } = await till.call("add_customer", { name: "Pflegeheim Lindenhof" });
  const { value } = await till.call("scan", { code: "2000600005670" });
  const tenders = [{ kind: "on_account", amountMinor: 549, reference: null, customerId }];
  await till.call("complete_sale", { saleId: value.basket.saleId, tenders, seenTotalMinor: 549 });

  const page = await openScreen(context, till);
  await at(page, "frame").waitFor();
  await press(page, "Alt+6");
  await at(page, "settle").waitFor();
  assert.equal(await text(page, "owes"), "€5.49");
  await at(page, "settle-amount").fill("5.50");
  await press(page, "F12");
  assert.equal((await till.call("customers"))[0].owesMinor, 549);
  await at(page, "settle-amount").fill("5.00");
  await press(page, "F12");
  await at(page, "settle-text").waitFor();
  assert.equal(await text(page, "owes"), "€0.49");
});
