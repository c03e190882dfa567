// First start: a pharmacy founded in the window by keyboard, until its first float.
import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, read, tillFor } from "./scene.mjs";
import { OWNER_PIN, pharmatill } from "./till.mjs";

test("a pharmacy is founded in the wizard, with catalogue and backup", async (context) => {
  const till = await tillFor(context, { founded: false });
  await till.get("setup-way").waitFor();
  await till.keys("F12");

  // Nothing goes on without a name.
  await till.get("setup-name").waitFor();
  await till.keys("F12");
  assert.equal(await till.get("setup-step-pharmacy").count(), 1);
  await till.page.keyboard.type("Apotheke am Markt");
  await till.keys("Tab");
  await till.page.keyboard.type("Marktplatz 1\n12345 Musterstadt");
  await till.keys("F12");

  await till.get("setup-country").waitFor();
  await till.get("setup-country-DE").check();
  assert.match(await read(till, "setup-country-facts"), /EUR.*19%/);

  // A step back loses nothing; a new language neither.
  await till.keys("Escape");
  assert.equal(await till.get("setup-name").inputValue(), "Apotheke am Markt");
  await till.get("setup-language").selectOption("de");
  await till.page.getByRole("heading", { name: "Wie heißt die Apotheke?" }).waitFor();
  assert.equal(await till.get("setup-name").inputValue(), "Apotheke am Markt");
  await till.get("setup-language").selectOption("en");
  await till.keys("F12");
  assert.ok(await till.get("setup-country-DE").isChecked());
  await till.keys("F12");

  await till.get("setup-staff-0").waitFor();
  await till.page.keyboard.type("Anna");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.activeElement?.getAttribute("data-testid") === "setup-staff-1");
  await till.page.keyboard.type("Ben");
  await till.get("setup-pin").fill(OWNER_PIN);
  await till.keys("F12");
  assert.equal(await till.get("setup-step-staff").count(), 1);
  await till.get("setup-pin-again").fill(OWNER_PIN);
  await till.keys("F12");

  await till.get("setup-catalogue").waitFor();
  await till.page.keyboard.type(join(import.meta.dirname, "catalogue.csv"));
  await till.keys("Enter");

  const folder = join(till.data, "stick");
  mkdirSync(folder);
  await till.get("setup-backup-folder").fill(folder);
  await till.get("setup-passphrase").fill("too short");
  await till.keys("F12");
  assert.equal(await till.get("setup-step-backup").count(), 1);
  await till.get("setup-passphrase").fill("a quiet river in autumn");
  await till.get("setup-passphrase-again").fill("a quiet river in autumn");
  await till.keys("F12");

  await till.get("setup-summary").waitFor();
  assert.match(await read(till, "setup-summary"), /Apotheke am Markt.*Germany.*Anna \(Owner\), Ben/);
  await till.keys("F12");
  await till.get("setup-done").waitFor();
  await till.page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
  await till.keys("F12");

  await till.get("frame").waitFor();
  const status = await ask(till, "status");
  assert.equal(status.till.branchName, "Apotheke am Markt");
  assert.deepEqual(status.till.letterhead, ["Marktplatz 1", "12345 Musterstadt"]);
  assert.equal(status.person.name, "Anna");
  assert.equal(status.backup.folder, folder);
  assert.equal((await ask(till, "find_products", { text: "", limit: 1 })).catalogueCount, 7);
  assert.deepEqual((await ask(till, "staff")).map(({ name, role }) => [name, role]), [["Anna", "owner"], ["Ben", "pharmacist"]]);
});

test("a second till joins the branch by its invitation, without any network", async (context) => {
  const till = await tillFor(context, { founded: false });
  // The folder of the till that serves is taken; the first till has one beside it.
  const first = join(till.data, "first");
  await pharmatill(first, "init", "--name", "Apotheke am Markt", "--country", "DE", "--staff", "Anna:owner");
  const file = join(till.data, "till-2.invitation");
  const { code } = await pharmatill(first, "invite", file);

  await till.get("setup-way-file").check();
  await till.keys("F12");
  await till.get("join-file").fill(file);
  await till.keys("Enter");
  await till.type(code.toLowerCase());
  await till.keys("Enter");
  await till.get("screen-signin").waitFor();
  const status = await ask(till, "status");
  assert.equal(status.till.branchName, "Apotheke am Markt");
  assert.equal(status.till.tillNo, 2);
  assert.deepEqual((await ask(till, "staff")).map(({ name }) => name), ["Anna"]);
});

test("a wrong invitation is refused in words, and what was typed stays", async (context) => {
  const till = await tillFor(context, { founded: false });
  await till.get("setup-way-file").check();
  await till.keys("F12");
  await till.get("join-file").fill("/no/such/invitation");
  await till.get("join-code").fill("ABCD-1234");
  await till.keys("F12");
  await till.get("refusal").waitFor();
  await till.keys("Escape");
  await till.get("setup-way").waitFor();
  await till.keys("F12");
  await till.get("setup-name").waitFor();
  await till.keys("Escape");
  await till.get("setup-way-file").check();
  await till.keys("F12");
  assert.equal(await till.get("join-code").inputValue(), "ABCD-1234");
});
