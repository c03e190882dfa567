// Products found, priced, made and imported in the window.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { at, openScreen, press, signIn, text, type } from "./screen.mjs";
import { DEMO, startTill } from "./till.mjs";

async function atCatalogue(context, till) {
  const page = await openScreen(context, till);
  await signIn(page);
  await press(page, "Alt+4");
  await at(page, "catalogue-field").waitFor();
  return page;
}

test("a product is found by words in any order, and its price changed with its history kept", async (context) => {
  const till = await startTill(context);
  const page = await atCatalogue(context, till);
  await type(page, "morvena acetyl 200");
  await page.waitForFunction(() => document.querySelectorAll('[data-testid="product-row"]').length === 1);
  assert.match(await text(page, "product-name"), /Acetylcystein Morvena 200 mg/);
  assert.equal(await text(page, "product-price-now"), "€5.49");

  await press(page, "F6");
  await at(page, "new-price").waitFor();
  await type(page, "5.95");
  await press(page, "Enter");
  await page.waitForFunction(() => document.querySelector('[data-testid="product-price-now"]')?.textContent === "€5.95");
  const history = page.locator('[data-testid="product-prices"] tbody tr');
  assert.equal(await history.count(), 2);
  assert.match((await history.first().textContent()) ?? "", /by hand · Anna.*5\.95/);

  await press(page, "Escape");
  assert.equal(await at(page, "catalogue-field").inputValue(), "");
  await type(page, "no such thing at all");
  await at(page, "catalogue-empty").waitFor();
});

test("a product is made by hand; a code with a wrong check digit is refused in words", async (context) => {
  const till = await startTill(context, { catalogue: false });
  const page = await atCatalogue(context, till);
  await at(page, "catalogue-empty").waitFor();
  await press(page, "F3");
  await at(page, "edit-name").waitFor();
  await at(page, "edit-code").fill("4006381333932");
  await at(page, "edit-name").fill("Pflaster wasserfest 5 m × 2,5 cm");
  await at(page, "edit-price").fill("4,95");
  await press(page, "F12");
  await at(page, "refusal").waitFor();
  assert.doesNotMatch(await text(page, "refusal"), /\(code_/, "the refusal has no words of its own");
  await at(page, "edit-code").fill("4006381333931");
  await press(page, "F12");
  await at(page, "product-page").waitFor();
  assert.match(await text(page, "product-name"), /Pflaster wasserfest/);
  assert.equal(await text(page, "product-price-now"), "€4.95");
});

test("an import is tried first, then written, and says what it did not take", async (context) => {
  const till = await startTill(context, { catalogue: false });
  const page = await atCatalogue(context, till);
  await press(page, "F7");
  await at(page, "import-path").waitFor();
  await at(page, "import-path").fill("/no/such/file.csv");
  await press(page, "F12");
  await page.locator('[data-testid="refusal"]').first().waitFor();

  await at(page, "import-path").fill(DEMO);
  await press(page, "F6");
  await at(page, "import-dry").waitFor();
  assert.equal((await till.call("find_products", { text: "", limit: 1 })).catalogueCount, 0);
  await press(page, "F12");
  await page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
  await at(page, "import-dry").waitFor({ state: "detached" });
  assert.equal((await till.call("find_products", { text: "", limit: 1 })).catalogueCount, 320);

  const bad = join(till.folder, "bad.csv");
  writeFileSync(bad, "code;name;pack;price;tax\n4006381333931;Good;1;1,00;standard\n4006381333932;Wrong digit;1;1,00;standard\n");
  await at(page, "import-path").fill(bad);
  await press(page, "F12");
  await at(page, "rejected-row").first().waitFor();
  assert.equal(await at(page, "rejected-row").count(), 1);
  assert.match(await text(page, "rejected-row"), /bad\.csv:3.*check digit is wrong/);
});

test("what was sold without the catalogue waits for the manager, who puts it in", async (context) => {
  const till = await startTill(context, { catalogue: false });
  await till.call("sign_in", { staffId: (await till.call("staff"))[0].staffId });
  await till.call("open_session", { cashSessionId: randomUUID(), denominations: [] });
  const basket = await till.call("add_unknown", { code: "4006381333931", name: "Hustenbonbons", unitPriceMinor: 250, taxCode: "standard", quantity: 1 });
  const tenders = [{ kind: "cash", amountMinor: 250, reference: null, customerId: null }];
  await till.call("complete_sale", { saleId: basket.saleId, tenders, seenTotalMinor: 250 });

  const page = await openScreen(context, till);
  await at(page, "frame").waitFor();
  await press(page, "Alt+4", "F9");
  await at(page, "unknown-row").first().waitFor();
  assert.match(await text(page, "unknown-row"), /Hustenbonbons.*4006381333931.*not in the catalogue.*2\.50/);
  await press(page, "F12");
  await at(page, "edit-name").waitFor();
  assert.equal(await at(page, "edit-code").inputValue(), "4006381333931");
  await press(page, "F12");
  await at(page, "product-page").waitFor();
  assert.match(await text(page, "product-name"), /Hustenbonbons/);
});
