// Who acts at the till: PINs, a first one and one's own, approvals by a second person, all by keyboard.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { ask, gone, nowOnDuty, openDrawer, read, sellSyrup, tillFor, tillOnDuty } from "./scene.mjs";
import { catalogue, OWNER_PIN, PIN } from "./till.mjs";

test("a wrong PIN lets nobody in, and after too many the right one waits too", async (context) => {
  const till = await tillFor(context, { imported: false });
  for (const expected of ["not right", "not right", "Too many"]) {
    if ((await till.get("pin").count()) === 0) await till.signIn("1", "12345679");
    else {
      await till.type("12345679");
      await till.keys("Enter");
    }
    await till.shows("refusal", expected);
    await till.page.waitForFunction(() => document.querySelector('[data-testid="pin"]').value === "");
  }
  assert.equal(await till.get("frame").count(), 0);
  assert.equal((await till.ask("sign_in", { staffId: (await ask(till, "staff"))[0].staffId, secret: OWNER_PIN, newSecret: null })).code, "too_many_tries");
});

test("a new colleague is given a first PIN, chooses their own, and the basket stays", async (context) => {
  const till = await tillOnDuty(context);
  const { ibuprofen } = await catalogue();
  await openDrawer(till);
  await till.scan(ibuprofen.code);
  await till.shows("total", ibuprofen.price.replace(",", "."));
  const leyla = (await ask(till, "staff")).find(({ name }) => name === "Leyla Öztürk");
  assert.equal(leyla.hasSecret, false);
  await till.keys("F4");
  await till.signIn("2", PIN);
  await till.shows("refusal", "no PIN yet");
  await till.keys("Escape", "Escape");
  await gone(till, "people");

  await ask(till, "give_secret", { staffId: leyla.staffId, secret: "246813" });
  await till.keys("F4");
  await till.get("people").waitFor();
  await till.keys("2");
  await till.get("pin").waitFor();
  await till.type("246813");
  await till.get("new-pin").waitFor();
  // Too easy, then one that is good, typed twice with Enter in between.
  for (const chosen of ["111111", PIN]) {
    await till.get("new-pin").fill(chosen);
    await till.get("new-pin").focus();
    await till.get("new-pin-again").fill("");
    await till.keys("Enter");
    await till.type(chosen);
    await till.keys("Enter");
    if (chosen === PIN) await till.shows("person", "Leyla Öztürk");
    else await till.shows("refusal", "guessed too easily");
  }
  await till.shows("total", ibuprofen.price.replace(",", "."));
});

test("what a technician may not do alone is allowed on the spot, with both names in the book", async (context) => {
  const till = await tillOnDuty(context);
  const { ibuprofen } = await catalogue();
  await openDrawer(till);
  await nowOnDuty(till, "Leyla Öztürk");
  await till.scan(ibuprofen.code);
  await till.shows("total", "4.95");
  const twentyPercent = async () => {
    await till.keys("F7");
    await till.get("discount-field").waitFor();
    await till.type("20%");
    await till.keys("Enter");
    await till.get("approval").waitFor();
    await till.shows("approval", /Discount: 20\s?%/);
  };
  // Given up, nothing has changed.
  await twentyPercent();
  await till.keys("Escape");
  await gone(till, "approval");
  await till.shows("total", "4.95");
  if ((await till.get("discount-field").count()) > 0) await till.keys("Escape");
  await twentyPercent();
  await till.signIn("1");
  await gone(till, "approval");
  await till.shows("total", "3.96");
  await till.shows("person", "Leyla Öztürk");
  const sale = await ask(till, "complete_sale", {
    saleId: (await ask(till, "basket")).saleId,
    tenders: [{ kind: "card", amountMinor: 396, reference: null, customerId: null }],
    seenTotalMinor: 396,
  });
  assert.equal(sale.totalMinor, 396);
  // One approval is for one act.
  await till.scan(ibuprofen.code);
  await till.shows("total", "4.95");
  await twentyPercent();
  await till.keys("Escape");
  await nowOnDuty(till, "Anna Weber");
  const today = (await ask(till, "status")).businessDate;
  const { people: [anna] } = await ask(till, "people_report", { from: today, to: today });
  assert.deepEqual([anna.name, anna.allowed], ["Anna Weber", 1]);
});

const inSettings = async (till) => {
  await till.keys("Alt+8");
  await till.get("settings").waitFor();
};
const person = async (till, wanted) => (await ask(till, "staff")).find(({ name }) => name === wanted);

test("somebody joins with a first PIN, gets another role and another PIN, and leaves, by keyboard alone", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await inSettings(till);
  await till.keys("F3");
  await till.get("person-name").waitFor();
  await till.type("Chloé");
  const proposed = await till.get("first-pin").inputValue();
  await till.keys("F6");
  await till.page.waitForFunction((before) => document.querySelector('[data-testid="first-pin"]').value !== before, proposed);
  await till.keys("Enter");
  await till.get("hand-over").waitFor();
  const first = await read(till, "hand-over");
  assert.match(first, /^\d{6}$/);
  await till.keys("Enter");
  await gone(till, "hand-over");
  const chloe = await person(till, "Chloé");
  assert.deepEqual([chloe.role, chloe.hasSecret], ["pharmacist", true]);

  // The first PIN is theirs, and only the first.
  assert.equal((await till.ask("sign_in", { staffId: chloe.staffId, secret: first, newSecret: null })).code, "secret_to_choose");

  // Below Anna in the list: a higher role asks for a longer PIN.
  await till.keys("F2", "ArrowDown", "Enter");
  await till.shows("person-dialog", "Pharmacist");
  await till.keys("F6");
  await till.get("give-role").waitFor();
  await till.keys("ArrowUp", "Enter");
  await till.shows("person-dialog", "Manager");
  await till.keys("F7");
  await till.get("first-pin").waitFor();
  await till.get("first-pin").fill("246813");
  await till.keys("Enter");
  await till.shows("refusal", "at least 8 characters");
  await till.keys("F6");
  await till.page.waitForFunction(() => /^\d{8}$/.test(document.querySelector('[data-testid="first-pin"]').value));
  await till.keys("Enter");
  await till.get("hand-over").waitFor();
  const second = await read(till, "hand-over");
  await till.keys("Enter");
  await gone(till, "hand-over");
  assert.equal((await till.ask("sign_in", { staffId: chloe.staffId, secret: second, newSecret: null })).code, "secret_to_choose");

  await till.keys("F2", "ArrowDown", "Enter");
  await till.get("person-dialog").waitFor();
  await till.keys("F9");
  await till.get("leave-dialog").waitFor();
  // Enter, pressed without looking, takes nobody out.
  await till.keys("Enter", "Escape");
  await till.get("person-dialog").waitFor();
  assert.notEqual(await person(till, "Chloé"), undefined);
  await till.keys("F9");
  await till.get("leave-dialog").waitFor();
  await till.keys("F12");
  await gone(till, "leave-dialog");
  assert.equal(await person(till, "Chloé"), undefined);
});

test("everybody changes their own PIN at F4, and only with the present one", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await nowOnDuty(till, "Leyla Öztürk");
  await till.keys("F4");
  await till.get("people").waitFor();
  await till.keys("F6");
  await till.get("change-pin").waitFor();
  await till.type("111222");
  await till.get("new-pin").waitFor();
  for (const _ of [1, 2]) {
    await till.type("862419");
    await till.keys("Enter");
  }
  await till.shows("refusal", "not right");
  await till.type(PIN);
  await till.get("new-pin").waitFor();
  // What was refused before is not said of this one.
  assert.equal(await till.get("refusal").count(), 0);
  for (const _ of [1, 2]) {
    await till.type("862419");
    await till.keys("Enter");
  }
  await gone(till, "change-pin");
  const { staffId } = await person(till, "Leyla Öztürk");
  await ask(till, "sign_in", { staffId, secret: "862419", newSecret: null });

  // By its name as well, and not while practising.
  await till.keys("Control+k");
  await till.get("palette-field").waitFor();
  await till.type("change my");
  await till.keys("Enter");
  await till.get("change-pin").waitFor();
  await till.keys("Escape");
  await ask(till, "set_practice", { on: true });
  await till.page.getByText("PRACTICE: nothing here is sold").waitFor();
  await till.keys("F4");
  await till.get("people").waitFor();
  assert.equal(await till.get("to-change-pin").count(), 0);
});

test("what a person may not do is not offered, and why is said", async (context) => {
  const till = await tillOnDuty(context);
  await ask(till, "add_staff", { staffId: randomUUID(), name: "Mo", role: "manager", secret: "a first secret" });
  await ask(till, "add_staff", { staffId: randomUUID(), name: "Pia", role: "auditor", secret: "246813" });
  await openDrawer(till);
  await sellSyrup(till, "card");
  await inSettings(till);
  await till.get("settings-save").waitFor();

  // A manager decides about everybody but owners.
  await ask(till, "sign_in", { staffId: (await person(till, "Mo")).staffId, secret: "a first secret", newSecret: "another secret" });
  await till.shows("person", "Mo");
  await till.keys("F2", "Enter");
  await till.shows("person-dialog", "Only owners decide");
  await till.keys("F9");
  assert.equal(await till.get("leave-dialog").count(), 0);
  await till.keys("Escape", "F3");
  await till.get("person-role").waitFor();
  assert.equal(await till.page.locator('[data-testid="person-role"] option[value="owner"]').count(), 0);
  await till.keys("Escape");

  // A technician looks at the settings, and works in the catalogue without importing.
  await nowOnDuty(till, "Leyla Öztürk");
  await till.shows("settings-branch", "Managers and owners");
  await till.shows("settings-branch", "5 minutes");
  for (const id of ["settings-save", "settings-add-person", "backup-now", "server-connect", "verify"]) assert.equal(await till.get(id).count(), 0, id);
  await till.keys("F3", "F10");
  assert.equal(await till.get("person-name").count() + (await till.get("connect-server").count()), 0);
  await till.keys("Alt+4");
  await till.get("product-edit").waitFor();
  assert.equal(await till.get("catalogue-view-import").count(), 0);
  await till.keys("Alt+6");
  await till.get("reports-view-day").waitFor();
  assert.equal(await till.get("reports-view-people").count(), 0);

  // An auditor sees everything and changes nothing.
  await ask(till, "sign_in", { staffId: (await person(till, "Pia")).staffId, secret: "246813", newSecret: PIN });
  await till.shows("person", "Pia");
  await till.get("reports-view-people").waitFor();
  const offered = async () => (await till.page.locator('[data-testid="bottom-bar"] [data-act]').evaluateAll((keys) => keys.map((key) => key.dataset.act))).filter((act) => !act.startsWith("frame."));
  const screens = { "Alt+1": [], "Alt+2": ["sales.find", "sales.pdf", "sales.product"], "Alt+3": ["drawer.back", "drawer.branch"], "Alt+7": ["accounts.back"], "Alt+8": ["settings.verify", "settings.rights", "settings.changes"] };
  for (const [key, acts] of Object.entries(screens)) {
    await till.keys(key);
    await till.page.waitForFunction((expected) => {
      const shown = [...document.querySelectorAll('[data-testid="bottom-bar"] [data-act]')].map((each) => each.dataset.act).filter((act) => !act.startsWith("frame."));
      return shown.toSorted().join() === expected.toSorted().join();
    }, acts, { timeout: 5_000 }).catch(async () => assert.deepEqual((await offered()).toSorted(), acts.toSorted(), key));
  }
  await till.keys("Alt+3");
  await till.shows("drawer-session", "auditors look");
  await till.keys("Alt+4");
  await till.get("product-page").waitFor();
  assert.equal(await till.get("product-edit").count(), 0);
});

test("the table of who may what is read by keyboard", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await inSettings(till);
  await till.keys("F11");
  await till.get("right-discount").waitFor();
  assert.match(await read(till, "right-discount"), /^Discountup to 5%up to 10%up to 20%yesyesno$/);
  assert.match(await read(till, "right-paid_out"), /^Cash outup to €20.00up to €50.00up to €100.00yesyesno$/);
  const rows = await ask(till, "permissions");
  assert.equal(await till.page.locator('[data-testid^="right-"]').count(), rows.length);
  const top = () => till.page.locator('[data-testid="rights"] [role="region"]').evaluate((region) => region.scrollTop);
  assert.equal(await top(), 0);
  await till.keys("End");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="rights"] [role="region"]').scrollTop > 0);
  await till.keys("Escape");
  await gone(till, "rights");
});

/** What the code on the screen would say to a scanner: the till answered with it. */
async function madeBadge(till, act) {
  const [reply] = await Promise.all([till.page.waitForResponse((response) => response.url().endsWith("/give_badge") && response.ok()), act()]);
  await till.get("badge-qr").waitFor();
  return (await reply.json()).badge;
}

test("a badge is made, chooses its person, allows what another one may not do alone, and is taken back", async (context) => {
  const till = await tillOnDuty(context);
  const { ibuprofen } = await catalogue();
  await openDrawer(till);
  await nowOnDuty(till, "Leyla Öztürk");
  await nowOnDuty(till, "Anna Weber");
  await till.scan(ibuprofen.code);
  await till.shows("total", "4.95");
  await inSettings(till);
  const toPerson = async (name) => {
    await till.page.locator('[data-testid="settings-staff"] button', { hasText: name }).click();
    await till.get("person-dialog").waitFor();
    await till.keys("F8");
    await till.get("badge-dialog").waitFor();
  };
  await toPerson("Leyla Öztürk");
  const leylas = await madeBadge(till, () => till.keys("F12"));
  await till.keys("Enter");
  // One's own needs the PIN.
  await toPerson("Anna Weber");
  await till.keys("F12");
  await till.get("pin").waitFor();
  await till.type(OWNER_PIN);
  const annas = await madeBadge(till, () => till.keys("Enter"));
  await till.keys("Enter");
  await gone(till, "badge-made");

  // Somebody else shows theirs: they are chosen, type their PIN, and the basket is still there.
  await till.scan(leylas);
  await till.get("pin").waitFor();
  await till.shows("prove", "Leyla Öztürk");
  await till.type(PIN);
  await till.shows("person", "Leyla Öztürk");
  await till.keys("Alt+1");
  await till.shows("total", "4.95");
  // What is allowed by one's own badge is not allowed; by Anna's it is.
  await till.keys("F7");
  await till.get("discount-field").waitFor();
  await till.type("20%");
  await till.keys("Enter");
  await till.get("approval").waitFor();
  await till.scan(leylas);
  await till.shows("refusal", "Nobody allows something to themselves");
  await till.scan("PB000000000000000000000000000000");
  await till.shows("refusal", "nobody's here");
  await till.scan(annas);
  await gone(till, "approval");
  await till.shows("total", "3.96");
  await till.shows("person", "Leyla Öztürk");

  // Locked: the badge chooses here too.
  await till.keys("F8");
  await till.get("screen-signin").waitFor();
  await till.scan(annas);
  await till.shows("prove", "Anna Weber");
  await till.scan(leylas);
  await till.shows("prove", "Leyla Öztürk");
  await till.keys("Escape");
  await till.scan(annas);
  await till.shows("prove", "Anna Weber");
  await till.type(OWNER_PIN);
  await till.keys("Enter");
  await till.get("frame").waitFor();
  await inSettings(till);
  await toPerson("Leyla Öztürk");
  await till.keys("F9");
  await gone(till, "badge-dialog");
  await till.scan(leylas);
  await till.shows("refusal", "nobody");
  assert.equal((await person(till, "Leyla Öztürk")).hasBadge, false);
});
