import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, beforeEach, describe, it } from "node:test";
import { catalogue, openedTill } from "./till.mjs";

describe("selling by keyboard and scanner", () => {
  let till;
  let packs;
  before(async () => {
    packs = await catalogue();
    till = await openedTill();
  });
  after(async () => {
    await till?.close();
    assert.deepEqual(till?.errors, []);
  });
  beforeEach(async () => {
    await till.keys("Escape", "Escape", "Escape");
    await till.ask("void_basket");
    await till.shows("total", "0.00");
  });

  it("scans, pays in cash and reads the change", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "7.40");
    await till.keys("F12");
    await till.shows("amount-due", "7.40");
    await till.type("10");
    await till.shows("pay-outcome", "2.60");
    await till.keys("Enter");
    await till.shows("change-due", "2.60");
    await till.shows("receipt-text", /Ibuprofen 400 mg[\s\S]*7,40/);
    const [sale] = await till.ask("sales", { limit: 1 });
    assert.equal(sale.totalMinor, 740);
    // The change stays until the next scan, which begins a new basket.
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "2.45");
  });

  it("costs one call from Enter to the receipt", async () => {
    const calls = await callsBeforeReceipt(till.page);
    for (const [given, change] of [["", "0.00"], ["20", "12.60"]]) {
      await till.scan(packs.ibuprofen.code);
      await till.scan(packs.paracetamol.code);
      await till.shows("total", "7.40");
      await till.keys("F12");
      await till.shows("amount-due", "7.40");
      await till.type(given);
      await till.shows("pay-outcome", change);
      await calls();
      await till.keys("Enter");
      await till.shows("change-due", change);
      await till.get("receipt-text").waitFor();
      assert.deepEqual(await calls(), ["complete_sale"]);
    }
    // A hand that is faster than the screen still pays what is due now, once.
    await till.scan(packs.crème.code);
    await till.shows("total", "12.30");
    await calls();
    await till.keys("F12", "Enter");
    await till.shows("receipt-text", "12,30");
    // What the scan before it still asks for again is no part of the sale.
    const asked = (await calls()).filter((name) => name !== "quote_tenders" && name !== "basket");
    assert.deepEqual(asked, ["complete_sale"]);
  });

  it("types part of a name, without its accents, and takes the first with Enter", async () => {
    await till.type("argous creme");
    await till.shows("result", "Crème à l'argousier");
    await till.keys("Enter");
    await till.shows("basket-line", "Crème à l'argousier");
    await till.shows("total", "12.30");
  });

  it("a typed code is taken once, however often Enter is pressed until it is answered", async () => {
    let asked = 0;
    let answer;
    const answered = new Promise((resolve) => (answer = resolve));
    await till.page.route("**/api/scan", async (route) => {
      asked += 1;
      await answered;
      await route.continue();
    });
    await till.page.keyboard.type(packs.ibuprofen.code, { delay: 80 });
    await till.keys("Enter", "Enter");
    answer();
    await till.shows("total", "4.95");
    assert.equal(asked, 1);
    await till.page.unroute("**/api/scan");
    assert.equal(await till.get("scan-field").inputValue(), "");
  });

  it("never takes a product for a digit or a single letter", async () => {
    await till.type("5");
    await till.keys("Enter");
    await till.shows("say", "two letters");
    assert.equal((await till.ask("basket")).lines.length, 0);
  });

  it("sets a quantity by digits and ×, and by F6", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("line-quantity", "1");
    await till.type("3*");
    await till.shows("line-quantity", "3");
    await till.keys("F6");
    await till.get("quantity-field").waitFor();
    await till.type("12");
    await till.keys("Enter");
    await till.shows("line-quantity", "12");
    await till.shows("total", "59.40");
  });

  it("a scan never lands in the quantity field", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("line-quantity", "1");
    await till.keys("F6");
    await till.get("quantity-field").waitFor();
    await till.scan(packs.paracetamol.code);
    assert.equal(await till.get("quantity-field").inputValue(), "1");
    await till.keys("Escape");
    await till.shows("line-quantity", "1");
  });

  it("a quantity typed just before a scan is no part of the code, and a pause in a code takes nothing from it", async () => {
    await till.timeline([["2", 100], ["*", 100], ...[...packs.ibuprofen.code].map((digit, at) => [digit, at === 0 ? 120 : 5]), ["Enter", 5]]);
    await till.shows("line-quantity", "2");
    await till.shows("total", "9.90");
    await till.scan(packs.paracetamol.code, { pauseAt: 1, pauseMs: 300 });
    await till.shows("total", "12.35");
    await till.scan(packs.crème.code, { pauseAt: 6, pauseMs: 150, end: "Tab" });
    await till.shows("total", "24.65");
    assert.equal(await till.get("stranger").count(), 0);
    assert.equal(await till.get("scan-field").inputValue(), "");
    assert.equal(await till.page.evaluate(() => document.activeElement.dataset.testid), "scan-field");
  });

  it("what is scanned over a question is in the basket after it, and in no field", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("total", "4.95");
    for (const [key, field] of [["F6", "quantity-field"], ["F7", "discount-field"], ["F11", "price-field"], ["F3", "park-label"]]) {
      await till.keys(key);
      const before = await till.get(field).inputValue();
      await till.scan(packs.paracetamol.code, { pauseAt: 1, pauseMs: 60 });
      assert.equal(await till.get(field).inputValue(), before, field);
      await till.keys("Escape");
      await till.get(field).waitFor({ state: "detached" });
    }
    await till.shows("total", "14.75");
    await till.keys("F12");
    await till.shows("amount-due", "14.75");
    await till.scan(packs.paracetamol.code);
    await till.scan(packs.crème.code);
    await till.shows("scanned-while-paying", packs.crème.code);
    assert.equal(await till.get("tender-field").inputValue(), "");
    await till.keys("Escape");
    await till.shows("total", "29.50");
  });

  it("packs scanned while paying lie in the next basket, in order, and the change stays beside them", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("total", "4.95");
    await till.keys("F12");
    await till.shows("amount-due", "4.95");
    await till.scan(packs.crème.code);
    await till.scan("4006381333931");
    await till.scan(packs.paracetamol.code);
    await till.shows("scanned-while-paying", packs.paracetamol.code);
    await till.type("10");
    await till.shows("pay-outcome", "5.05");
    await till.keys("Enter");
    await till.shows("change-due", "5.05");
    await till.get("basket-line").nth(1).waitFor();
    await till.shows("stranger", "4006381333931");
    const names = (await till.ask("basket")).lines.map((line) => line.name.split(" ")[0]);
    assert.deepEqual(names, ["Crème", "Paracetamol"]);
    assert.equal((await till.ask("sales", { limit: 1 }))[0].totalMinor, 495);
    assert.equal(await till.get("change-due").count(), 1);
    // What is done at the next basket takes the change away.
    await till.keys("ArrowUp", "F9");
    await till.shows("total", "2.45");
    assert.equal(await till.get("change-due").count(), 0);
  });

  it("an unknown code stays as a row until it is sold by hand or ignored", async () => {
    await till.scan("4006381333931");
    await till.shows("stranger", "4006381333931 is not in the catalogue");
    await till.scan("4006381333932");
    await till.page.getByText("4006381333932 is no code").waitFor();
    await till.keys("Escape");
    assert.equal(await till.get("stranger").count(), 1);
    await till.keys("Enter");
    await till.get("byhand-name").waitFor();
    await till.type("Thermometer");
    await till.keys("Tab");
    await till.type("8,90");
    await till.keys("Enter");
    await till.shows("basket-line", "Thermometer");
    await till.shows("total", "8.90");
    assert.equal(await till.get("stranger").count(), 0);
  });

  it("a pack on prescription and a pack without a price are settled before paying", async () => {
    await till.scan(packs.amoxicillin.code);
    await till.scan(packs.sun.code);
    await till.shows("basket-line", "Amoxicillin");
    await till.page.getByText("Sun cream").first().waitFor();
    await till.keys("F12");
    await till.shows("say", /prescription/);
    await till.keys("F10", "F12");
    await till.shows("say", /no price/);
    await till.keys("F11");
    await till.get("price-field").waitFor();
    await till.type("11.50");
    await till.keys("Enter");
    await till.shows("total", "20.00");
    await till.keys("F12");
    await till.shows("amount-due", "20.00");
    await till.keys("Escape");
  });

  it("gives a discount on a line and on the basket, and overrides a price with its reason", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("total", "4.95");
    await till.keys("F11");
    await till.get("price-field").waitFor();
    await till.type("4");
    await till.keys("Alt+1", "Enter");
    await till.shows("total", "4.00");
    await till.keys("F7");
    await till.get("discount-field").waitFor();
    await till.type("10%");
    await till.keys("Enter");
    await till.shows("total", "3.60");
    await till.keys("F7", "F7");
    await till.get("discount-field").focus();
    await till.type("0.60");
    await till.keys("Enter");
    await till.shows("total", "3.00");
    await till.shows("basket-discount", "0.60");
  });

  it("voids a line, and the arrows choose which", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "7.40");
    await till.keys("ArrowUp", "F9");
    await till.shows("total", "2.45");
    await till.shows("say", "Voided: Ibuprofen");
  });

  it("splits between cash and card, with the reference of the slip", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("total", "4.95");
    await till.keys("F12");
    await till.shows("amount-due", "4.95");
    await till.type("2");
    await till.shows("pay-outcome", "2.95");
    await till.keys("Enter");
    await till.shows("given", "Cash");
    await till.keys("F3", "Tab");
    await till.type("8841");
    await till.keys("Enter");
    await till.shows("change-due", "0.00");
    const [row] = await till.ask("sales", { limit: 1 });
    assert.deepEqual(row.tenders, ["cash", "card"]);
    const sale = await till.ask("sale", { saleId: row.saleId });
    assert.deepEqual(sale.tenders.map((tender) => [tender.kind, tender.amountMinor, tender.reference]), [["cash", 200, null], ["card", 295, "8841"]]);
  });

  it("change is given from cash only", async () => {
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "2.45");
    await till.keys("F12", "F3");
    await till.type("5");
    await till.get("refusal").waitFor();
    await till.keys("Enter");
    assert.equal(await till.get("change-due").count(), 0);
    await till.keys("Escape", "Escape", "Escape");
    await till.shows("total", "2.45");
  });

  it("sells on account to somebody new, and the customer owes it", async () => {
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "2.45");
    await till.keys("F12", "F7");
    await till.get("customer-field").waitFor();
    await till.type("Pflegeheim");
    await till.keys("Control+Enter");
    await till.shows("customer", "Pflegeheim");
    await till.keys("Enter");
    await till.shows("change-due", "0.00");
    const customers = await till.ask("customers");
    assert.deepEqual(customers.map((customer) => [customer.name, customer.owesMinor]), [["Pflegeheim", 245]]);
  });

  it("parks a basket, and takes it back after a restart", async () => {
    await till.scan(packs.ibuprofen.code);
    await till.shows("total", "4.95");
    await till.keys("F3");
    await till.get("park-label").waitFor();
    await till.type("fetches her card");
    await till.keys("Enter");
    await till.shows("total", "0.00");
    await till.shows("parked-count", "1 basket parked");
    await till.restart();
    await till.get("screen-sell").waitFor().catch(async () => till.keys("1"));
    await till.shows("parked-count", "1 basket parked");
    await till.keys("F3");
    await till.shows("parked-row", "fetches her card");
    await till.keys("Enter");
    await till.shows("total", "4.95");
  });

  it("a restart in the middle of a basket returns into it", async () => {
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "2.45");
    await till.restart();
    await till.get("screen-sell").waitFor().catch(async () => till.keys("1"));
    await till.shows("basket-line", "Paracetamol");
  });
});

describe("where cash is rounded", () => {
  let till;
  before(async () => {
    till = await openedTill({ country: "CH" });
  });
  after(async () => {
    await till?.close();
    assert.deepEqual(till?.errors, []);
  });

  /** Brings 23.32 into the basket and goes to pay it. */
  const pay = async () => {
    const syrup = { code: "4006381333931", name: "Cough syrup", unitPriceMinor: 2332, taxCode: "standard", quantity: 1 };
    await till.keys("Alt+1");
    await till.ask("add_unknown", syrup);
    await till.shows("total", "23.32");
    await till.keys("F12");
    await till.shows("amount-due", "23.32");
  };
  const lastSale = async () => {
    const [{ saleId }] = await till.ask("sales", { limit: 1 });
    return till.ask("sale", { saleId });
  };
  const paid = ({ tenders }) => tenders.map((tender) => [tender.kind, tender.amountMinor, tender.reference]);

  it("what is left is rounded away, and Enter finishes", async () => {
    await pay();
    await till.keys("F6");
    await till.type("23.30");
    await till.shows("pay-outcome", "0.02");
    await till.keys("Enter");
    await till.shows("given", "Voucher");
    await till.shows("rounding", "−0.02");
    await till.keys("Enter");
    await till.shows("change-due", "0.00");
    assert.deepEqual(paid(await lastSale()), [["voucher", 2330, null], ["cash", 0, null]]);
  });

  it("cash that was a card is put right by what the card took, with the reference of its slip", async () => {
    await pay();
    await till.keys("Enter");
    await till.shows("change-due", "0.00");
    assert.deepEqual(paid(await lastSale()), [["cash", 2330, null]]);
    await till.keys("Alt+2");
    await till.shows("sale-tenders", "23.30");
    await till.keys("F7");
    await till.get("correct-tender").waitFor();
    await till.keys("Alt+2");
    await till.get("correct-reference-1").focus();
    await till.type("8841");
    await till.keys("Enter");
    await till.shows("sale-tenders", "8841");
    assert.deepEqual(paid(await lastSale()), [["card", 2332, "8841"]]);
    // A slip whose number was mistyped is put right as well.
    await till.keys("F7");
    await till.get("correct-reference-1").fill("8842");
    await till.keys("Enter");
    await till.shows("sale-tenders", "8842");
  });

  it("the customer of a part on account stays, without being asked for again", async () => {
    const { customerId } = await till.ask("add_customer", { customerId: randomUUID(), name: "Pflegeheim" });
    await pay();
    const { saleId } = await till.ask("basket");
    const part = (kind, amountMinor, customer) => ({ kind, amountMinor, reference: null, customerId: customer });
    await till.ask("complete_sale", { saleId, tenders: [part("on_account", 1000, customerId), part("cash", 1330, null)], seenTotalMinor: 2332 });
    await till.keys("Escape", "Alt+2");
    await till.shows("sale-tenders", "Pflegeheim");
    await till.keys("F7");
    await till.get("correct-2-card").check();
    await till.keys("Enter");
    await till.shows("sale-tenders", "13.32");
    const { tenders } = await lastSale();
    assert.deepEqual(tenders.map((tender) => [tender.kind, tender.amountMinor, tender.customerId]), [["on_account", 1000, customerId], ["card", 1332, null]]);
  });
});

/** Notes what the page asks while there is no receipt on it; the answer tells what, since it was last asked. */
async function callsBeforeReceipt(page) {
  await page.evaluate(() => {
    window.asked = [];
    const { fetch } = window;
    window.fetch = (url, ...rest) => {
      if (document.querySelector('[data-testid="receipt-text"]') === null) window.asked.push(String(url).replace("./api/", ""));
      return fetch(url, ...rest);
    };
  });
  return () => page.evaluate(() => window.asked.splice(0));
}
