import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import { catalogue, openedTill } from "./till.mjs";

describe("finished sales", () => {
  let till;
  let packs;
  let saleId;
  let receiptNo;

  const sell = async (...codes) => {
    for (const code of codes) await till.scan(code);
    await till.get("basket-line").nth(codes.length - 1).waitFor();
    await till.keys("F12");
    await till.get("pay").waitFor();
    await till.keys("Enter");
    await till.get("change-due").waitFor();
    const [row] = await till.ask("sales", { limit: 1 });
    return row;
  };
  before(async () => {
    packs = await catalogue();
    till = await openedTill();
    await sell(packs.paracetamol.code);
    ({ saleId, receiptNo } = await sell(packs.ibuprofen.code, packs.crème.code));
  });
  after(async () => {
    await till?.close();
    assert.deepEqual(till?.errors, []);
  });
  beforeEach(() => till.keys("Escape", "Escape", "Alt+2"));

  it("are listed, newest first, and the arrows go through them", async () => {
    await till.shows("sale-row", receiptNo);
    assert.equal(await till.get("sale-row").count(), 2);
    await till.shows("sale-detail", receiptNo);
    await till.keys("ArrowDown");
    await till.shows("sale-detail", "Paracetamol");
  });

  it("are found by amount, day, person and product", async () => {
    await till.get("filter-amount").fill("2.45");
    await till.shows("sale-row", "Paracetamol");
    await till.shows("sale-detail", "Paracetamol");
    assert.equal(await till.get("sale-row").count(), 1);
    await till.keys("Escape");
    await till.get("filter-day").fill("1.1.2020");
    await till.keys("Enter");
    await till.page.getByText("No sale like this").waitFor();
    await till.keys("Escape");
    await till.get("filter-person").selectOption({ label: "Leyla Öztürk" });
    await till.page.getByText("No sale like this").waitFor();
    await till.keys("Escape");
    await till.keys("F3");
    await till.get("product-field").waitFor();
    await till.type("ibup");
    await till.page.getByRole("option", { name: /Ibuprofen/ }).last().waitFor();
    await till.keys("Enter");
    await till.shows("sale-row", receiptNo);
    assert.equal(await till.get("sale-row").count(), 1);
    await till.keys("Escape");
  });

  it("are found by the barcode on the receipt, also while selling", async () => {
    const { receipt } = await till.ask("sale", { saleId });
    await till.keys("Alt+1");
    await till.get("scan-field").waitFor();
    await till.scan(receipt.barcode);
    await till.shows("sale-detail", receiptNo);
    await till.get("screen-sales").waitFor();
  });

  it("are printed again as a copy, which is recorded", async () => {
    await till.shows("sale-detail", receiptNo);
    await till.keys("F9");
    await till.shows("copy-text", /KOPIE 1/);
    await till.keys("Escape");
    await till.shows("sale-followers", "Copy printed");
  });

  it("a wrong payment is put right by a new entry", async () => {
    await till.shows("sale-detail", receiptNo);
    await till.keys("F7");
    await till.get("correct-tender").waitFor();
    await till.keys("Alt+2", "Enter");
    await till.shows("sale-followers", "Payment put right");
    await till.shows("sale-tenders", "Card");
  });

  it("one line is refunded, exchanged for another pack in the same basket, and never twice", async () => {
    await till.shows("sale-detail", receiptNo);
    await till.keys("F6");
    await till.get("refund-packs-1").waitFor();
    await till.get("refund-packs-1").focus();
    await till.type("1");
    await till.keys("Alt+1", "Enter");
    await till.get("screen-sell").waitFor();
    await till.shows("total", "−4.95");
    await till.scan(packs.paracetamol.code);
    await till.shows("total", "−2.50");
    await till.keys("F12");
    await till.shows("amount-due", "−2.50");
    await till.keys("Enter");
    await till.get("change-due").waitFor();
    const sale = await till.ask("sale", { saleId });
    assert.deepEqual(sale.lines.map((line) => [line.quantity, line.refundedQuantity, line.refundableQuantity]), [[1, 1, 0], [1, 0, 1]]);
    await till.keys("Alt+2");
    await till.page.locator(`[data-testid="sale-row"][data-key="${saleId}"]`).click();
    await till.shows("sale-detail", receiptNo);
    await till.keys("F6");
    assert.ok(await till.get("refund-packs-1").isDisabled());
    await till.keys("F6", "Alt+3", "Enter");
    await till.shows("total", "−12.30");
    await till.keys("F12", "Enter");
    await till.shows("change-due", "−12.30");
  });

  it("a pack comes back without its receipt, marked", async () => {
    await till.keys("Alt+1");
    await till.get("scan-field").waitFor();
    await till.keys("Control+k");
    await till.type("without receipt");
    await till.keys("Enter");
    await till.get("product-field").waitFor();
    await till.type("nasal");
    await till.page.getByRole("option", { name: /Nasal/ }).waitFor();
    await till.keys("Enter");
    await till.get("takeback-price").waitFor();
    await till.keys("Alt+3", "Enter");
    await till.shows("basket-line", "refund without receipt");
    await till.shows("total", "−4.95");
    await till.keys("F12", "Enter");
    await till.get("change-due").waitFor();
    const [row] = await till.ask("sales", { limit: 1 });
    assert.equal(row.kind, "unlinked_refund");
  });
});
