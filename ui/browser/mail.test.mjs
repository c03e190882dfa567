// Papers by e-mail: the account, a receipt, a Z and an X, and what somebody has to say of mails that did not go.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { sellTea } from "./listener.mjs";
import { ask, gone, nowOnDuty, openDrawer, read, tillOnDuty } from "./scene.mjs";
import { accountAt, attached, mailServerFor, withMail } from "./smtp.mjs";

/** Asks for a paper by e-mail, by keyboard alone. */
async function mailTo(till, address) {
  await till.keys("Control+e");
  await till.get("mail-address").waitFor();
  await till.type(address);
  await till.keys("Enter");
}

test("the account is set up by keyboard, tried out, and taken away", async (context) => {
  const server = await mailServerFor(context);
  const till = await tillOnDuty(context, { imported: false });
  // Without an account there is nothing to look at.
  await till.keys("Alt+M");
  assert.equal(await till.get("mail-dialog").count(), 0);
  await till.keys("Alt+8");
  await till.shows("mail-state", "No mail account is set up");
  assert.equal(await till.get("mail-test").isDisabled(), true);
  assert.equal(await till.get("mail-save").isDisabled(), true);

  await till.keys("Control+k");
  await till.get("palette-field").waitFor();
  await till.type("mail account");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.activeElement?.dataset.testid === "mail-host");
  await till.type("mail.example.org");
  // The usual port goes along with the line.
  assert.equal(await till.get("mail-port").inputValue(), "465");
  await till.get("mail-security-starttls").check({ force: true });
  assert.equal(await till.get("mail-port").inputValue(), "587");
  await till.get("mail-security-none").check({ force: true });
  assert.equal(await till.get("mail-port").inputValue(), "25");
  // In the clear nothing goes further than to this computer.
  await till.get("mail-fromAddress").fill("nobody");
  await till.shows("settings-mail", "Unencrypted only to this computer");
  assert.equal(await till.get("mail-save").isDisabled(), true);
  await till.get("mail-host").fill("127.0.0.1");
  await till.get("mail-port").fill(String(server.port));
  await till.get("mail-user").fill("till");
  await till.get("mail-password").fill("secret");
  await till.get("mail-fromName").fill("Apotheke am Markt");
  await till.keys("Enter");
  await till.shows("settings-mail", "This is no e-mail address");
  await till.get("mail-fromAddress").fill("till@apotheke.example");
  await till.keys("Enter");
  await till.shows("mail-state", "Nothing waits.");
  const { password, ...kept } = accountAt(server);
  assert.deepEqual((await ask(till, "mail")).account, { ...kept, hasPassword: true });
  assert.equal(password, "secret");
  // What is kept is not shown, and stays where nothing is typed.
  assert.equal(await till.get("mail-password").inputValue(), "");
  await till.shows("settings-mail", "One is kept.");
  await till.get("mail-fromName").fill("Apotheke");
  await till.keys("Enter");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="mail-save"]').disabled);
  assert.deepEqual((await ask(till, "mail")).account, { ...kept, fromName: "Apotheke", hasPassword: true });

  const { look, found } = inspector(till.page);
  await look("mail account", "settings-mail");
  await till.keys("Control+e");
  await till.get("mail-address").waitFor();
  assert.equal(await till.get("mail-address").inputValue(), "till@apotheke.example");
  await look("test mail", "ask-mail");
  await till.type("anna@example.org");
  await till.keys("Enter");
  const mail = await server.got();
  assert.deepEqual([mail.from, mail.to, mail.login], ["till@apotheke.example", "anna@example.org", ["till", "secret"]]);
  assert.equal(attached(mail.content), null);
  await till.shows("mail-tested", "It was sent by e-mail.");
  assert.deepEqual(found, []);

  await till.get("mail-remove").click();
  await till.shows("mail-state", "No mail account is set up");
  assert.equal((await ask(till, "mail")).account, null);
});

test("who does not set it up sees it as facts", async (context) => {
  const { till } = await withMail(context);
  await nowOnDuty(till, "Leyla Öztürk");
  await till.keys("Alt+8");
  await till.shows("settings-mail", "till@apotheke.example");
  await till.shows("settings-mail", "Managers and owners change this.");
  for (const absent of ["mail-host", "mail-save", "mail-test", "mail-remove"]) assert.equal(await till.get(absent).count(), 0, absent);
});

test("a receipt goes by e-mail after the sale, as a PDF, and once more from the list as a copy", async (context) => {
  const { till, server } = await withMail(context);
  const receiptNo = await sellTea(till);
  await till.keys("Control+e");
  await till.shows("ask-mail", "Kept sealed until the mail is sent, then destroyed.");
  const { look, found } = inspector(till.page);
  await till.type("durand");
  await till.keys("Enter");
  await till.shows("mail-address-error", "no e-mail address");
  await look("a refused address", "ask-mail");
  await till.type("@example.org");
  await till.keys("Enter");
  const mail = await server.got();
  assert.equal(mail.to, "durand@example.org");
  const { name, pdf } = attached(mail.content);
  assert.ok(name.endsWith(".pdf") && name.includes(receiptNo), name);
  assert.match(pdf, /^%PDF-/);
  await till.shows("receipt-mailed", "It was sent by e-mail.");
  // What went by e-mail is printed as a copy.
  await till.shows("sale-done", "Print a copy");
  assert.deepEqual((await ask(till, "mail")).waiting, []);

  await till.keys("Alt+2");
  await till.shows("sale-detail", receiptNo);
  await mailTo(till, "martin@example.org");
  assert.equal((await server.got()).to, "martin@example.org");
  await till.shows("mail-asked", "It was sent by e-mail.");
  await till.shows("sale-followers", "By e-mail");
  assert.deepEqual(found, []);
});

test("an X goes by e-mail, and a Z after the close and as a copy from the list", async (context) => {
  const { till, server } = await withMail(context);
  await sellTea(till);
  await till.keys("Alt+6", "F3");
  await till.get("x-mail").waitFor();
  await mailTo(till, "owner@example.org");
  assert.match(attached((await server.got()).content).pdf, /^%PDF-/);
  await till.shows("mail-asked", "It was sent by e-mail.");

  await ask(till, "count_drawer", { entryId: randomUUID(), denominations: [{ valueMinor: 1, count: 15_450 }], other: [], recountReason: null });
  await till.keys("Alt+3");
  await till.get("close-screen").waitFor();
  await till.keys("F12");
  await till.get("closed-screen").waitFor();
  const no = await read(till, "z-no");
  await till.page.waitForFunction(() => !document.querySelector('[data-testid="closed-mail"]').disabled);
  await mailTo(till, "owner@example.org");
  const z = attached((await server.got()).content);
  assert.ok(z.name.includes(no), z.name);
  await till.shows("mail-asked", "It was sent by e-mail.");

  await till.keys("Enter", "Alt+6", "F6");
  await till.get("z-mail").waitFor();
  await mailTo(till, "office@example.org");
  assert.equal((await server.got()).to, "office@example.org");
  await till.shows("mail-asked", "It was sent by e-mail.");
});

test("no account, no act", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await sellTea(till);
  await till.keys("Control+e");
  assert.equal(await till.get("ask-mail").count(), 0);
  assert.equal(await till.get("done-mail").count(), 0);
});

test("a login that is refused shows, keeps the mail, and lets it go with the right one", async (context) => {
  const { till, server } = await withMail(context);
  server.refusesLogin(true);
  const receiptNo = await sellTea(till);
  await mailTo(till, "durand@example.org");
  await till.shows("receipt-mailed", "The e-mail waits: sign-in not accepted.");
  // The till goes on selling, and somebody looks after a while.
  await till.shows("mail-mark", "e-mail: sign-in not accepted · 1 waiting");
  await till.keys("Alt+M");
  await till.shows("mail-trouble", "does not accept user name and password");
  await till.shows("mail-row", `Receipt ${receiptNo}`);
  await till.shows("mail-row", "d…@example.org");
  const { look, found } = inspector(till.page);
  await look("what waits", "mail-dialog");
  assert.deepEqual(found, []);
  server.refusesLogin(false);
  await till.keys("F6");
  assert.equal((await server.got()).to, "durand@example.org");
  await till.shows("mail-dialog", "Nothing waits.");
  await till.keys("Escape");
  await gone(till, "mail-mark");
  await till.shows("receipt-mailed", "It was sent by e-mail.");
});

test("a mail whose line broke behind the last dot is asked about, and sent again or not", async (context) => {
  const { till, server } = await withMail(context);
  server.tears(true);
  const receiptNo = await sellTea(till);
  await mailTo(till, "durand@example.org");
  await till.shows("receipt-mailed", "Nobody knows whether the e-mail arrived.");
  await till.shows("mail-mark", "1 e-mail in doubt");
  server.tears(false);
  await till.get("mail-mark").click();
  await till.shows("mail-row", receiptNo);
  await till.shows("mail-row", "in doubt · connection broke");
  await till.shows("mail-why", "It may have arrived.");
  const { look, found } = inspector(till.page);
  await look("a mail in doubt", "mail-dialog");
  assert.deepEqual(found, []);
  assert.equal(server.left(), 0);
  await till.keys("F6");
  assert.equal((await server.got()).to, "durand@example.org");
  await till.shows("mail-dialog", "Nothing waits.");
  await till.keys("Escape");
  await gone(till, "mail-mark");

  server.tears(true);
  await mailTo(till, "martin@example.org");
  await till.shows("mail-mark", "1 e-mail in doubt");
  server.tears(false);
  await till.keys("Alt+M");
  await till.shows("mail-row", `${receiptNo}, copy 1`);
  await till.keys("F12");
  await till.shows("mail-dialog", "Nothing waits.");
  assert.deepEqual((await ask(till, "mail")).waiting, []);
  assert.equal(server.left(), 0);
});

test("a mail that the server does not take is dropped, and is gone", async (context) => {
  const { till, server } = await withMail(context);
  server.doesNotKnow("durand@example.org");
  await sellTea(till);
  await mailTo(till, "durand@example.org");
  await till.shows("receipt-mailed", "The e-mail was not sent: address not accepted.");
  await till.shows("mail-mark", "1 e-mail undeliverable");
  await till.keys("Alt+M");
  await till.shows("mail-row", "undeliverable · address not accepted");
  await till.shows("mail-why", "Ask for the address");
  await till.keys("F7");
  await till.shows("mail-dialog", "Nothing waits.");
  await till.keys("Escape");
  await till.shows("receipt-mailed", "The e-mail is not sent.");
  await gone(till, "mail-mark");
  assert.deepEqual((await ask(till, "mail")).waiting, []);
  assert.equal(server.left(), 0);
  assert.equal(await read(till, "receipt-mailed"), "The e-mail is not sent.");
});
