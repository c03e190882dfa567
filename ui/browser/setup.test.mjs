// First start: a pharmacy founded in the window by keyboard, until its first float.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { at, openScreen, press, text, type } from "./screen.mjs";
import { DEMO, startTill } from "./till.mjs";

test("a pharmacy is founded in the wizard, with catalogue and backup", async (context) => {
  const till = await startTill(context, { founded: false });
  const page = await openScreen(context, till);
  await at(page, "setup-way").waitFor();
  await press(page, "F12");

  // Nothing goes on without a name.
  await at(page, "setup-name").waitFor();
  await press(page, "F12");
  assert.equal(await at(page, "setup-pharmacy").count(), 1);
  await type(page, "Apotheke am Markt");
  await press(page, "Tab");
  await type(page, "Marktplatz 1\n12345 Musterstadt");
  await press(page, "F12");

  await at(page, "setup-country").waitFor();
  await at(page, "setup-country-DE").check();
  assert.match(await text(page, "setup-country-facts"), /EUR.*19%/);

  // A step back loses nothing; a new language neither.
  await press(page, "Escape");
  assert.equal(await at(page, "setup-name").inputValue(), "Apotheke am Markt");
  await at(page, "setup-language").selectOption("de");
  await page.getByRole("heading", { name: "Wie heißt die Apotheke?" }).waitFor();
  assert.equal(await at(page, "setup-name").inputValue(), "Apotheke am Markt");
  await at(page, "setup-language").selectOption("en");
  await press(page, "F12");
  assert.ok(await at(page, "setup-country-DE").isChecked());
  await press(page, "F12");

  await at(page, "setup-staff-0").waitFor();
  await type(page, "Anna");
  await press(page, "Enter");
  await page.waitForFunction(() => document.activeElement?.getAttribute("data-testid") === "setup-staff-1");
  await type(page, "Ben");
  await press(page, "F12");

  await at(page, "setup-catalogue").waitFor();
  await type(page, DEMO);
  await press(page, "Enter");

  const folder = join(till.folder, "stick");
  mkdirSync(folder);
  await at(page, "setup-backup-folder").fill(folder);
  await at(page, "setup-passphrase").fill("too short");
  await press(page, "F12");
  assert.equal(await at(page, "setup-backup").count(), 1);
  await at(page, "setup-passphrase").fill("a quiet river in autumn");
  await at(page, "setup-passphrase-again").fill("a quiet river in autumn");
  await press(page, "F12");

  await at(page, "setup-summary").waitFor();
  assert.match(await text(page, "setup-summary"), /Apotheke am Markt.*Germany.*Anna \(Owner\), Ben/);
  await press(page, "F12");
  await at(page, "setup-done").waitFor();
  await page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
  await press(page, "F12");

  await at(page, "frame").waitFor();
  const status = await till.call("status");
  assert.equal(status.till.branchName, "Apotheke am Markt");
  assert.deepEqual(status.till.letterhead, ["Marktplatz 1", "12345 Musterstadt"]);
  assert.equal(status.person.name, "Anna");
  assert.equal(status.backup.folder, folder);
  assert.equal((await till.call("find_products", { text: "", limit: 1 })).catalogueCount, 320);
  assert.deepEqual((await till.call("staff")).map(({ name, role }) => [name, role]), [["Anna", "owner"], ["Ben", "pharmacist"]]);
});

test("a wrong invitation is refused in words, and what was typed stays", async (context) => {
  const till = await startTill(context, { founded: false });
  const page = await openScreen(context, till);
  await at(page, "setup-way-join").check();
  await press(page, "F12");
  await at(page, "join-path").fill("/no/such/invitation");
  await at(page, "join-code").fill("ABCD-1234");
  await press(page, "F12");
  await at(page, "refusal").waitFor();
  await press(page, "Escape");
  await at(page, "setup-way").waitFor();
  await press(page, "F12");
  await at(page, "setup-name").waitFor();
  await press(page, "Escape");
  await at(page, "setup-way-join").check();
  await press(page, "F12");
  assert.equal(await at(page, "join-code").inputValue(), "ABCD-1234");
});
