// Products found, priced, made and imported in the window.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask, gone, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

const GOOD = join(import.meta.dirname, "catalogue.csv");

async function atCatalogue(context, options) {
  const till = await tillOnDuty(context, options);
  await till.keys("Alt+4");
  await till.get("catalogue-field").waitFor();
  return till;
}

test("a product is found by words in any order, and its price changed with its history kept", async (context) => {
  const till = await atCatalogue(context);
  await till.page.keyboard.type("coated ibu");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="product-row"]').length === 1);
  assert.match(await read(till, "product-name"), /Ibuprofen 400 mg film-coated tablets/);
  await till.shows("product-price-now", "€4.95");

  await till.keys("F6");
  await till.get("new-price").waitFor();
  await till.page.keyboard.type("5.95");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="product-price-now"]')?.textContent === "€5.95");
  const history = till.page.locator('[data-testid="product-prices"] tbody tr');
  assert.equal(await history.count(), 2);
  assert.match((await history.first().textContent()) ?? "", /by hand · Anna Weber.*5\.95/);

  await till.keys("Escape");
  assert.equal(await till.get("catalogue-field").inputValue(), "");
  await till.page.keyboard.type("no such thing at all");
  await till.get("catalogue-empty").waitFor();
});

test("names of any length stand below each other, whatever was searched before", async (context) => {
  const till = await atCatalogue(context);
  const rows = till.page.getByTestId("product-row");
  for (const [text, count] of [["", 7], ["1", 2], ["amox", 2], ["", 7]]) {
    await till.get("catalogue-field").fill(text);
    await till.page.waitForFunction((wanted) => document.querySelectorAll('[data-testid="product-row"]').length === wanted, count);
    const boxes = await rows.evaluateAll((all) => all.map((row) => row.getBoundingClientRect()).sort((a, b) => a.top - b.top).map(({ top, bottom }) => [top, bottom]));
    for (const [at, [top]] of boxes.entries()) assert.ok(at === 0 || top >= boxes[at - 1][1] - 1, `"${text}": row ${at} covers the one before it`);
  }
});

test("a product is made by hand; a code with a wrong check digit is refused in words", async (context) => {
  const till = await atCatalogue(context, { imported: false });
  await till.get("catalogue-empty").waitFor();
  await till.keys("F3");
  await till.get("edit-name").waitFor();
  await till.get("edit-code").fill("4006381333932");
  await till.get("edit-name").fill("Pflaster wasserfest 5 m × 2,5 cm");
  await till.get("edit-price").fill("4,95");
  await till.keys("F12");
  await till.get("refusal").waitFor();
  assert.doesNotMatch(await read(till, "refusal"), /\(code_/, "the refusal has no words of its own");
  // The scanner fills the code, whichever field has the focus.
  await till.get("edit-name").focus();
  await till.scan("4006381333931");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="edit-code"]').value === "4006381333931");
  assert.equal(await till.get("edit-name").inputValue(), "Pflaster wasserfest 5 m × 2,5 cm");
  await till.keys("F12");
  await till.get("product-page").waitFor();
  assert.match(await read(till, "product-name"), /Pflaster wasserfest/);
  await till.shows("product-price-now", "€4.95");
});

test("an import is tried first, then written, and says what it did not take", async (context) => {
  const till = await atCatalogue(context, { imported: false });
  await till.keys("F7");
  await till.get("import-path").waitFor();
  await till.get("import-path").fill("/no/such/file.csv");
  await till.keys("F12");
  await till.page.locator('[data-testid="refusal"]').first().waitFor();

  await till.get("import-path").fill(GOOD);
  await till.keys("F6");
  await till.get("import-dry").waitFor();
  assert.equal((await ask(till, "find_products", { text: "", limit: 1 })).catalogueCount, 0);
  await till.keys("F12");
  // What stands there before is the trial, which is done as well.
  await gone(till, "import-dry");
  await till.page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
  assert.equal((await ask(till, "find_products", { text: "", limit: 1 })).catalogueCount, 7);

  const bad = join(till.data, "bad.csv");
  writeFileSync(bad, "code;name;pack;price;tax\n4006381333931;Good;1;1,00;standard\n4006381333932;Wrong digit;1;1,00;standard\n");
  await till.get("import-path").fill(bad);
  await till.keys("F12");
  await till.get("rejected-row").first().waitFor();
  assert.equal(await till.get("rejected-row").count(), 1);
  assert.match(await read(till, "rejected-row"), /Line 3.*bad\.csv.*check digit is wrong/);
});

test("the next import lists what changed, what is new and what is no longer there", async (context) => {
  const till = await atCatalogue(context, { imported: false });
  const file = join(till.data, "list.csv");
  const rows = (...all) => writeFileSync(file, ["code;name;pack;price;tax", ...all].join("\n"));
  await till.keys("F7");
  await till.get("import-path").fill(file);
  const done = () => till.page.locator('[data-testid="job-import"][data-state="done"]').waitFor();
  rows("A-1;Fennel tea;1;1,00;standard", "A-2;Mint tea;1;2,00;standard");
  await till.keys("F12");
  await done();
  await till.shows("import-changes", /\(0\)/);

  rows("A-1;Fennel tea;1;1,25;standard", "A-3;Sage tea;1;3,00;standard");
  await till.keys("F6");
  await till.get("import-dry").waitFor();
  await till.shows("import-changes", /\(3\)/);
  const texts = await till.page.getByTestId("change-row").allTextContents();
  assert.match(texts[0], /Changed.*Fennel tea.*A-1.*1\.00.*→.*1\.25/);
  assert.match(texts[1], /New.*Sage tea.*A-3.*3\.00/);
  assert.match(texts[2], /No longer listed.*Mint tea.*A-2.*2\.00/);
  assert.doesNotMatch(texts[2], /→/);
});

test("a running import is stopped by its button or by name, keeps what it has written, and is taken up again", async (context) => {
  const till = await atCatalogue(context, { imported: false });
  const file = join(till.data, "large.csv");
  writeFileSync(file, ["code;name;pack;price;tax", ...Array.from({ length: MANY }, (_, at) => `${inHouse(at)};Herbal tea ${at};1;1,00;standard`)].join("\n"));
  const written = async () => (await ask(till, "find_products", { text: "", limit: 1 })).catalogueCount;
  const ends = (state) => till.page.locator(`[data-testid="job-import"][data-state="${state}"]`).waitFor({ timeout: 120_000 });
  await till.keys("F7");
  await till.get("import-path").fill(file);

  await till.keys("F12");
  // Every row is compared before the first is written.
  await till.shows("job-import", /(2[1-9]|3\d),\d{3} of 40,000/);
  await till.get("job-cancel").click();
  await ends("cancelled");
  const first = await written();
  assert.ok(first > 0 && first < MANY, `${first} of ${MANY}`);

  // Taken up again, it goes on from there; this time it is stopped without the mouse.
  await till.keys("F12");
  await ends("running");
  await till.keys("Control+k");
  await till.type("stop");
  await till.keys("Enter");
  await ends("cancelled");
  assert.ok((await written()) >= first);
  assert.equal(await till.get("import-do").isEnabled(), true);
});

const MANY = 20_000;

/** A code of the range that shops give out themselves, with its check digit. */
function inHouse(at) {
  const digits = `29${String(at).padStart(10, "0")}`;
  const sum = [...digits].reverse().reduce((all, digit, place) => all + Number(digit) * (place % 2 === 0 ? 3 : 1), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

test("what was sold without the catalogue waits for the manager, who puts it in", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await sellSyrup(till, "cash");
  await till.keys("Alt+4", "F9");
  await till.get("unknown-row").first().waitFor();
  assert.match(await read(till, "unknown-row"), /Cough syrup.*4006381333931.*not in the catalogue.*5\.49/);
  await till.keys("F12");
  await till.get("edit-name").waitFor();
  assert.equal(await till.get("edit-code").inputValue(), "4006381333931");
  await till.keys("F12");
  await till.get("product-page").waitFor();
  assert.match(await read(till, "product-name"), /Cough syrup/);
});

test("two prices that were decided apart are shown with who and when, and one of them is kept", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  const productId = randomUUID();
  await ask(till, "save_product", { productId, isNew: true, code: null, name: "Herbal tea", pack: "100 g", priceMinor: 470, taxCode: "reduced", rx: false, isWithdrawn: false });
  // What only another till could bring; that the desk finds and settles it is held by its own tests.
  const value = (valueId, priceMinor, person, tillNo, isInForce) => ({ valueId, isInForce, isTakenBack: false, priceMinor, text: null, person, tillNo, atMs: Date.now() });
  const values = [value("a", 470, "Anna Weber", 1, true), value("b", 450, "Leyla Kaya", 2, false)];
  let settled = null;
  await till.page.route("**/api/product_conflicts", (route) =>
    route.fulfill({ json: settled === null ? [{ productId, productName: "Herbal tea", field: "price_minor", values }] : [] }),
  );
  await till.page.route("**/api/settle_conflict", (route) => {
    settled = route.request().postDataJSON();
    return route.fulfill({ json: [] });
  });
  await till.page.reload();
  await till.get("frame").waitFor();
  await till.keys("Alt+4", "F9");
  await till.shows("unknown-row", "Herbal tea");
  assert.match(await read(till, "unknown-row"), /Anna Weber · Leyla Kaya.*Price: decided twice.*4\.70 \/ .?4\.50/);
  await till.keys("F6");
  await till.shows("product-conflict", "decided differently on two tills");
  await till.keys("F8");
  await till.get("conflict-dialog").waitFor();
  assert.match(await read(till, "conflict-value"), /4\.70Anna Weber · Till 1 · .* · in force.*4\.50Leyla Kaya · Till 2/);
  await till.keys("Escape", "F9", "F12");
  await till.get("conflict-dialog").waitFor();
  await till.keys("ArrowDown", "Enter");
  await till.get("manager-empty").waitFor();
  assert.deepEqual(settled, { productId, field: "price_minor", valueId: "b" });
});
