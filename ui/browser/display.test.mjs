// The customer's display: a second window beside the till, which shows the basket, how it was paid, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { ask, gone, openDrawer, read, tillOnDuty } from "./scene.mjs";

/** The display, opened by its name among all acts, as a customer sees it. */
async function displayOf(till) {
  const opened = till.page.context().waitForEvent("page");
  await till.keys("Control+k");
  await till.get("palette-field").waitFor();
  await till.type("customer display");
  await till.keys("Enter");
  const page = await opened;
  page.on("pageerror", (error) => till.errors.push(error.message));
  const get = (id) => page.getByTestId(id);
  await get("display").waitFor();
  const display = {
    page,
    get,
    /** Waits until the text of an element is as expected; spaces are plain ones. */
    async shows(id, expected) {
      const words = expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "\\s");
      await get(id).filter({ hasText: new RegExp(words) }).first().waitFor();
    },
    /** Waits until it shows `welcome`, `basket` or `paid`. */
    is: (shown) => page.locator(`[data-testid=display][data-shown=${shown}]`).waitFor(),
    /** The line that is marked as the newest. */
    newest: (name) => page.locator("[data-newest=true]").filter({ hasText: name }).waitFor(),
  };
  await display.is("welcome");
  return display;
}

const product = (name, unitPriceMinor, quantity = 1) => ({ code: null, name, unitPriceMinor, taxCode: "standard", quantity });

/** Pays the basket in cash with 50.00, through the desk. */
async function payWithFifty(till) {
  const { saleId, totalMinor } = await ask(till, "basket");
  const tenders = [{ kind: "cash", amountMinor: 5000, reference: null, customerId: null }];
  await ask(till, "complete_sale", { saleId, tenders, seenTotalMinor: totalMinor });
}

test("the customer sees each line, the total, the change, and the pharmacy's name once nobody is on duty", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const display = await displayOf(till);
  const { look, found } = inspector(display.page);
  await display.shows("display-welcome", "Apotheke am Markt");
  // It speaks the language of the papers, and the till goes on in its own.
  await display.shows("display-welcome", "Willkommen");
  assert.equal(await display.page.evaluate(() => document.documentElement.lang), "de");
  assert.equal(await display.page.evaluate(() => window.localStorage.getItem("pharmatill-language")), null);
  assert.equal(await till.page.evaluate(() => document.documentElement.lang), "en");
  await look("welcome", "display-welcome");

  await ask(till, "add_unknown", product("Herbal tea", 450));
  await display.newest("Herbal tea");
  await ask(till, "add_unknown", product("Cough syrup 100 ml", 549, 2));
  await display.newest("Cough syrup");
  assert.equal(await display.get("display-line").count(), 2);
  assert.deepEqual(await display.get("display-packs").allTextContents(), ["", "2 ×"]);
  assert.deepEqual(await display.get("display-line-amount").allTextContents(), ["4,50", "10,98"]);
  await display.shows("display-total", "15,48 €");
  await look("a basket", "display-lines");

  // One more of the first is the newest again.
  const { lines } = await ask(till, "basket");
  await ask(till, "set_quantity", { lineNo: lines[0].lineNo, quantity: 3 });
  await display.newest("Herbal tea");
  await display.shows("display-total", "24,48 €");
  assert.equal(await display.get("display-total").getAttribute("data-minor"), "2448");

  await payWithFifty(till);
  await display.shows("display-change", "25,52 €");
  await display.shows("display-paid", "24,48 €");
  await display.shows("display-paid", "50,00 €");
  assert.equal(await display.get("display-line").count(), 0);
  await look("paid", "display-paid");

  // The next line takes the place of what was paid.
  await ask(till, "add_unknown", product("Plasters", 199));
  await display.newest("Plasters");
  assert.equal(await display.get("display-change").count(), 0);

  // Locked, the basket waits at the till and is not shown.
  await till.keys("F8");
  await till.get("screen-signin").waitFor();
  await display.is("welcome");
  assert.equal(await display.get("display-line").count(), 0);
  assert.deepEqual(found, []);
});

test("the newest line is in sight however long the basket is, and the total stays where it is", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const display = await displayOf(till);
  const name = (no) => `Article ${no}, comprimé pelliculé, plaquette PVC-Aluminium de 30 comprimés`;
  const amount = () => display.get("display-total").boundingBox();
  await ask(till, "add_unknown", product(name(1), 100));
  await display.newest("Article 1,");
  const before = await amount();
  for (let no = 2; no <= 30; no += 1) await ask(till, "add_unknown", product(name(no), 100 + no));
  await display.newest("Article 30,");
  const isInSight = (newest) =>
    display.page.waitForFunction((text) => {
      const line = document.querySelector("[data-newest=true]");
      const list = line?.parentElement?.getBoundingClientRect();
      const box = line?.getBoundingClientRect();
      return line?.textContent.includes(text) && box.top >= list.top && box.bottom <= list.bottom;
    }, newest);
  await isInSight("Article 30,");
  const now = await amount();
  assert.deepEqual([now.y + now.height / 2, now.x + now.width], [before.y + before.height / 2, before.x + before.width]);
  const { lines } = await ask(till, "basket");
  await ask(till, "set_quantity", { lineNo: lines[0].lineNo, quantity: 2 });
  await isInSight("Article 1,");
});

test("it shows no line of a till that does not answer any more", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  const display = await displayOf(till);
  await ask(till, "add_unknown", product("Herbal tea", 450));
  await display.newest("Herbal tea");
  await till.restart(async () => {
    await display.is("welcome");
    assert.equal(await display.get("display-line").count(), 0);
  });
});

test("nothing is typed at it, practice is said, and Settings remembers whether it opens by itself", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+8");
  await till.get("display-at-start").click();
  await till.page.locator("[data-testid=display-at-start]:checked").waitFor();
  assert.equal((await ask(till, "display")).isOn, true);
  const { look, found } = inspector(till.page);
  await look("the settings", "settings-display");
  assert.deepEqual(found, []);

  const opened = till.page.context().waitForEvent("page");
  await till.get("display-open").click();
  const page = await opened;
  await page.getByTestId("display-welcome").waitFor();
  for (const key of ["F1", "F4", "Alt+8", "Control+k"]) await page.keyboard.press(key);
  assert.equal(await page.getByRole("dialog").count(), 0);
  assert.equal(await page.locator("button, input, a, [tabindex]").count(), 0);

  await till.get("settings-practice").click();
  await page.getByText("ÜBUNG: hier wird nichts verkauft").waitFor();
  await gone(till, "display-failed");
  assert.equal(await read(till, "person"), "Anna WeberF4");
});
