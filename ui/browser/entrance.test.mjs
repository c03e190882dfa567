// How people sign in at the real server without a link: by a passkey of a virtual authenticator, by name and passphrase.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspector } from "./axe.mjs";
import { another, connected, linkOf, pageAt } from "./browsers.mjs";

const PASSPHRASE = "korrekt pferd batterie";

/** The address under which a browser makes passkeys on this computer. */
const atLocalhost = (link) => link.replace("127.0.0.1", "localhost");

/** A device that makes and shows passkeys without asking anybody. */
async function withAuthenticator({ context, page }) {
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
  const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", { options });
  const credentials = async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials;
  const verified = (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified });
  return { credentials, verified };
}

test("a passkey that is made after the link signs in the next time, until it is removed", async (context) => {
  const { till } = await connected(context);
  const link = atLocalhost(await linkOf(till));
  const browser = await pageAt(till, "about:blank");
  const { page, get, shows } = browser;
  const device = await withAuthenticator(browser);
  await page.goto(link);
  await shows("welcome", "Welcome, Anna Weber");
  await page.keyboard.press("F12");
  await get("branch").waitFor();
  const [made] = await device.credentials();
  assert.deepEqual([made.isResidentCredential, made.rpId, made.userName], [true, "localhost", "Anna Weber"]);

  await page.keyboard.press("F8");
  await get("enter-passkey").waitFor();
  // The button has the focus.
  await page.getByTestId("enter-passkey").filter({ hasText: "Sign in with a passkey" }).waitFor();
  await page.keyboard.press("Enter");
  await get("branch").waitFor();
  await shows("viewer", "Anna Weber");
  await page.keyboard.press("F4");
  await shows("sign-ins", "By passkey · this browser");
  await shows("passkey", /last used/);
  await page.keyboard.press("Escape");

  // Somebody who is not its person cannot use it.
  await page.keyboard.press("F8");
  await get("enter-passkey").waitFor();
  await device.verified(false);
  await page.keyboard.press("F12");
  await shows("refusal", "No passkey was used");
  await device.verified(true);
  await page.keyboard.press("F12");
  await get("branch").waitFor();

  await page.keyboard.press("F4");
  await get("passkey").getByRole("button").click();
  await get("passkey").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.keyboard.press("F8");
  await get("enter-passkey").waitFor();
  await page.keyboard.press("F12");
  await shows("refusal", "This passkey is not known here");
});

test("a name and a passphrase are chosen by keyboard alone and sign in from another browser", async (context) => {
  const { till } = await connected(context);
  const first = await pageAt(till, await linkOf(till));
  await first.get("welcome").waitFor();
  // At a number for an address no browser makes passkeys.
  assert.equal(await first.get("welcome-passkey").count(), 0);
  const keyboard = first.page.keyboard;
  await keyboard.press("F2");
  await first.get("set-passphrase").waitFor();
  await keyboard.type("Anna", { delay: 45 });
  await keyboard.press("Enter");
  await keyboard.type("zu kurz", { delay: 45 });
  await first.shows("set-passphrase", "8 more characters are needed");
  await keyboard.press("Control+A");
  await keyboard.type(PASSPHRASE, { delay: 45 });
  await keyboard.press("Enter");
  await keyboard.type("falsch", { delay: 45 });
  await first.shows("set-passphrase", "The two are not the same");
  await keyboard.press("Control+A");
  await keyboard.type(PASSPHRASE, { delay: 45 });
  await keyboard.press("Enter");
  await first.get("branch").waitFor();

  const address = new URL(first.page.url()).origin;
  const second = await pageAt(till, address);
  await second.get("enter-name").fill("ANNA");
  await second.get("enter-passphrase").fill("ganz etwas anderes");
  await second.page.keyboard.press("Enter");
  await second.shows("refusal", "The name or the passphrase is not right");
  await second.get("enter-passphrase").fill(PASSPHRASE);
  await second.page.keyboard.press("Enter");
  await second.get("branch").waitFor();

  // One of them ends the other, and then all of them.
  await second.page.keyboard.press("F4");
  await second.shows("sign-ins", "By a link");
  await second.get("sign-in").filter({ hasText: "By a link" }).getByRole("button").click();
  await first.get("entrance").waitFor();
  await first.shows("notice", "You are signed out");
  await second.page.keyboard.press("F9");
  await second.get("entrance").waitFor();
  const name = await second.page.evaluate(async () => (await fetch("./api/status", { method: "POST", body: "{}" })).status);
  assert.equal(name, 401);
});

for (const scheme of ["light", "dark"]) {
  test(`signing in at a server is for everybody, ${scheme}`, async (context) => {
    const { till } = await connected(context, { scheme });
    let link = await linkOf(till);
    for (const [width, height] of [[1366, 768], [390, 844]]) {
      const browser = await pageAt(till, atLocalhost(link), { width, height, scheme });
      const { look, found } = inspector(browser.page);
      await look(`welcome, ${width}`, "welcome-passkey");
      await browser.page.keyboard.press("F2");
      await look(`passphrase, ${width}`, "set-passphrase");
      await browser.page.keyboard.press("Escape");
      await browser.page.keyboard.press("Escape");
      await browser.get("branch").waitFor();
      await browser.page.keyboard.press("F4");
      await look(`account, ${width}`, "sign-in");
      await browser.page.keyboard.press("F9");
      await look(`sign-in page, ${width}`, "enter-passkey");
      assert.deepEqual(found, []);
      await browser.context.close();
      link = await another(till);
    }
  });
}
