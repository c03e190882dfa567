// What somebody may not do alone is asked for at a real till and answered in a manager's browser at the real server.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { browserAt, connected, linkOf } from "./browsers.mjs";
import { ask, gone, nowOnDuty } from "./scene.mjs";
import { catalogue, PIN } from "./till.mjs";

/** A technician at a till with a pack in the basket, and the owner's browser. */
async function asking(context, options) {
  const { server, till } = await connected(context, { imported: true, ...options });
  const manager = await browserAt(till, await linkOf(till), options);
  await manager.get("branch").waitFor();
  await till.keys("Escape");
  await gone(till, "view-link-dialog");
  await nowOnDuty(till, "Leyla Öztürk");
  await till.keys("Alt+1");
  const { ibuprofen } = await catalogue();
  await till.scan(ibuprofen.code);
  await till.shows("total", "4.95");
  return { server, till, manager };
}

/** Asks elsewhere for 20 % off, by keyboard. */
async function asksForDiscount(till) {
  await till.keys("F7");
  await till.get("discount-field").waitFor();
  await till.type("20%");
  await till.keys("Enter");
  await till.get("approval").waitFor();
  await till.get("people").waitFor();
  await till.keys("F3");
  await till.shows("approval-elsewhere", "in managers' browsers");
}

/** Answers what is asked there, by keyboard. */
async function answers(manager, key) {
  await manager.page.keyboard.press("Alt+9");
  await manager.get("asked-dialog").waitFor();
  await manager.page.keyboard.press(key);
  await manager.get("asked-dialog").waitFor({ state: "detached" });
}

test("what a till asks for is allowed in a browser, the till goes on, and the sale carries both names", async (context) => {
  const { till, manager } = await asking(context);
  assert.equal(await manager.get("asked").count(), 0);
  await asksForDiscount(till);
  await manager.shows("asked", /Discount: 20\s?%/);
  await manager.shows("asked", "Leyla Öztürk · Till 1");
  await manager.shows("asked", "just now");
  assert.equal(await manager.page.title(), "(1) PharmaTill");
  // Keys of a till do nothing else here, and Escape decides nothing.
  await manager.page.keyboard.press("Alt+9");
  await manager.get("asked-dialog").waitFor();
  await manager.page.keyboard.press("Escape");
  await manager.get("asked-dialog").waitFor({ state: "detached" });
  await till.shows("approval-elsewhere", "in managers' browsers");

  await answers(manager, "Enter");
  await gone(till, "approval");
  await till.shows("total", "3.96");
  await manager.shows("asked", "Allowed by Anna Weber. It stands in the book.");
  assert.equal(await manager.page.title(), "PharmaTill");
  const { saleId } = await ask(till, "basket");
  await ask(till, "complete_sale", { saleId, tenders: [{ kind: "card", amountMinor: 396, reference: null, customerId: null }], seenTotalMinor: 396 });
  await nowOnDuty(till, "Anna Weber");
  const today = (await ask(till, "status")).businessDate;
  const { people: acts } = await ask(till, "people_report", { from: today, to: today });
  const of = (name) => acts.find((person) => person.name === name);
  assert.deepEqual([of("Anna Weber").allowed, of("Leyla Öztürk").asked, of("Leyla Öztürk").discounts.count], [1, 1, 1]);
  // A sale without the right would be listed.
  assert.deepEqual((await ask(till, "branch_now")).toSettle, []);
});

test("what is refused in a browser is told at the till, and asking again is possible", async (context) => {
  const { till, manager } = await asking(context);
  await asksForDiscount(till);
  await manager.get("asked").waitFor();
  await answers(manager, "Delete");
  await till.shows("approval-elsewhere", "Anna Weber did not allow it");
  await manager.shows("asked", "Not allowed by Anna Weber. It stands in the book.");
  await till.keys("F3");
  await till.shows("approval-elsewhere", "in managers' browsers");
  await manager.shows("asked", "just now");
  await answers(manager, "Enter");
  await gone(till, "approval");
  await till.shows("total", "3.96");
});

test("who may not allow it is not shown what is asked", async (context) => {
  const { till, manager } = await asking(context);
  await nowOnDuty(till, "Anna Weber");
  const pia = randomUUID();
  await ask(till, "add_staff", { staffId: pia, name: "Pia", role: "auditor", secret: "246813" });
  await ask(till, "sign_in", { staffId: pia, secret: "246813", newSecret: PIN });
  await till.shows("person", "Pia");
  // The server lets her in once it has heard of her.
  const linked = () => till.ask("view_link");
  let answer = await linked();
  while (answer.code === "view_not_allowed") answer = await linked();
  const auditor = await browserAt(till, answer.link);
  await auditor.get("branch").waitFor();
  await nowOnDuty(till, "Leyla Öztürk");
  await till.keys("Alt+1");
  await asksForDiscount(till);
  await manager.shows("asked", "Leyla Öztürk");
  // Her browser has heard of it as well, and shows nothing.
  await auditor.page.reload();
  await auditor.get("branch").waitFor();
  const asked = await auditor.page.evaluate(async () => (await fetch("./api/approvals_asked", { method: "POST", body: "{}" })).json());
  assert.deepEqual(asked, []);
  assert.equal(await auditor.get("asked").count(), 0);
});

test("while the till is away the answer waits for it and is not called done", async (context) => {
  const { till, manager } = await asking(context);
  await asksForDiscount(till);
  await manager.shows("asked", "just now");
  const asked = await manager.page.evaluate(async () => (await fetch("./api/approvals_asked", { method: "POST", body: "{}" })).json());
  await till.restart(async () => {
    await manager.shows("asked", "Till 1 is away. An answer waits for it.");
    await answers(manager, "Enter");
    await manager.shows("asked", "Allowed by Anna Weber. Waits for till 1, which is away.");
    // Said twice it is the first that counts.
    const [again] = await manager.page.evaluate(
      async ([entryId, ask]) => (await fetch("./api/decide_approval", { method: "POST", body: JSON.stringify({ entryId, asked: ask, isGiven: false }) })).json(),
      [randomUUID(), asked[0].entryId],
    );
    assert.deepEqual(again.answer, { state: "sent", isGiven: true, person: "Anna Weber" });
  });
  await manager.shows("asked", "It stands in the book.");
  await nowOnDuty(till, "Leyla Öztürk");
  assert.deepEqual(await ask(till, "approval_state", { entryId: asked[0].entryId }), { state: "given", person: "Anna Weber" });
});

for (const scheme of ["light", "dark"]) {
  test(`what is asked is for everybody, ${scheme}`, async (context) => {
    const { till, manager } = await asking(context, { scheme });
    const { look, found } = inspector(manager.page);
    await asksForDiscount(till);
    await look("asked", "asked");
    await manager.page.keyboard.press("Alt+9");
    await look("answering", "asked-row");
    await manager.page.setViewportSize({ width: 390, height: 844 });
    await look("answering, phone", "asked-row");
    await manager.page.keyboard.press("Enter");
    await manager.shows("asked", "stands in the book");
    await look("answered, phone", "asked");
    assert.deepEqual(found, []);
  });
}
