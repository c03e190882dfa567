/**
 * A real till for a browser test: a pharmacy is founded in a folder of its own, its catalogue is
 * imported, and `pharmatill serve` answers the ui from the real ledger. Nothing here is pretended.
 */
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const HERE = import.meta.dirname;
export const BINARY = process.env.PHARMATILL ?? join(HERE, "../../target/debug/pharmatill");
export const UI = process.env.PHARMATILL_UI ?? join(HERE, "../dist");
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const run = promisify(execFile);

/** What the owner of every founded till signs in with, and what everybody else chooses. */
export const OWNER_PIN = "73915482";
export const PIN = "739154";
// Whoever acts on the command line proves it too.
process.env.PHARMATILL_PIN = OWNER_PIN;

/** Runs `pharmatill` on a folder and answers with the JSON that it printed. */
export const pharmatill = async (data, ...args) => JSON.parse((await run(BINARY, ["--data", data, "--json", ...args])).stdout);

/** Rows of the test catalogue, by the first word of the name. */
export async function catalogue() {
  const [, ...rows] = (await readFile(join(HERE, "catalogue.csv"), "utf8")).trim().split("\n");
  const byWord = {};
  for (const row of rows) {
    const [code, name, pack, price] = row.split(";");
    byWord[name.split(/[ /]/)[0].toLowerCase()] = { code, name, pack, price };
  }
  return byWord;
}

async function serve(data) {
  const child = spawn(BINARY, ["--data", data, "serve", "--port", "0", "--ui", UI], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`pharmatill serve ended with ${code}`)));
    createInterface({ input: child.stdout }).once("line", (first) => resolve([first]));
  });
  const stop = () =>
    new Promise((resolve) => {
      child.removeAllListeners("exit");
      child.once("exit", resolve);
      child.kill("SIGTERM");
    });
  return { url: JSON.parse(line).url, stop };
}

/** Founds a pharmacy, joins one by an invitation, or leaves the folder empty for the wizard, and opens it in a browser. */
export async function openTill({ invited = null, founded = invited === null, imported = founded, country = "DE", locale = "en-GB", width = 1366, height = 768, scheme = "light" } = {}) {
  const data = await mkdtemp(join(tmpdir(), "pharmatill-ui-"));
  if (founded) {
    await run(BINARY, ["--data", data, "init", "--name", "Apotheke am Markt", "--country", country, "--staff", "Anna Weber:owner", "--staff", "Leyla Öztürk:technician", "--letterhead", "Marktplatz 1"]);
    if (imported) await run(BINARY, ["--data", data, "catalogue", "import", join(HERE, "catalogue.csv")]);
  }
  if (invited !== null) await run(BINARY, ["--data", data, "init", "--join", invited.file, "--code", invited.code]);
  let server = await serve(data);
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });
  const context = await browser.newContext({ viewport: { width, height }, locale, colorScheme: scheme });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(server.url);
  const cdp = await context.newCDPSession(page);

  const NAMED = { Enter: { text: "\r", windowsVirtualKeyCode: 13 }, Tab: { windowsVirtualKeyCode: 9 } };
  let atMs = 0;
  const timeline = async (keys) => {
    // The last key is pressed now: a silence is looked for by the clock of the window.
    atMs = Math.max(atMs, Date.now() - keys.reduce((sum, [, afterMs]) => sum + afterMs, 0));
    for (const [key, afterMs] of keys) {
      atMs += afterMs;
      const named = NAMED[key] === undefined ? { key, text: key } : { key, code: key, ...NAMED[key] };
      await cdp.send("Input.dispatchKeyEvent", { type: "keyDown", ...named, timestamp: atMs / 1000 });
      await cdp.send("Input.dispatchKeyEvent", { ...named, type: "keyUp", text: undefined, timestamp: atMs / 1000 });
    }
  };

  const till = {
    browser,
    page,
    data,
    /** Errors that the page threw; a test ends with none. */
    errors,
    /** Presses keys one after the other, as hands do. */
    async keys(...names) {
      for (const name of names) {
        await page.keyboard.press(name);
        await page.waitForTimeout(30);
      }
    },
    /** Chooses the person of this digit and types their PIN; a longer one ends with Enter. */
    async signIn(digit, pin = OWNER_PIN) {
      await page.getByTestId("people").waitFor();
      await this.keys(digit);
      await page.getByTestId("pin").waitFor();
      await this.type(pin);
      if (pin !== PIN) await this.keys("Enter");
    },
    /** Types like a person: slower than any scanner. */
    type: (text) => page.keyboard.type(text, { delay: 45 }),
    /**
     * Types like a scanner: 5 ms a character by the clock of the keyboard, and Enter. A pause of
     * `pauseMs` can stand before the character `pauseAt`, and another key may end it.
     */
    scan: (code, { pauseAt = 0, pauseMs = 0, end = "Enter" } = {}) =>
      timeline([...code, end].map((key, at) => [key, at === pauseAt ? pauseMs + 5 : 5])),
    /** Presses keys so many milliseconds after one another, by the clock of the keyboard alone. */
    timeline,
    get: (id) => page.getByTestId(id),
    /** Waits until the text of an element is as expected, and says what it was where it never is. */
    async shows(id, expected) {
      const element = page.getByTestId(id).first();
      const isThere = (text) => (expected instanceof RegExp ? expected.test(text) : text.includes(expected));
      const until = Date.now() + 20_000;
      let text = "";
      while (Date.now() < until) {
        text = ((await element.count()) > 0 ? await element.textContent() : null) ?? "";
        if (isThere(text)) return text;
        await page.waitForTimeout(20);
      }
      // What stands there instead says more than what does not.
      const there = await page.locator("[data-testid]").evaluateAll((all) => [...new Set(all.map((each) => each.dataset.testid))].slice(0, 40));
      throw new Error(`${id} shows "${text}", not ${expected}; there are ${there.join(", ")}`);
    },
    /** Asks the real desk beside the screen, to prepare a scene or to check what the book says. Each ask is a new one. */
    ask(name, args = {}) {
      return page.evaluate(
        async ([command, body]) => {
          const token = window.sessionStorage.getItem("pharmatill-token");
          const response = await fetch(`./api/${command}`, { method: "POST", headers: { "content-type": "application/json", "x-pharmatill-token": token }, body: JSON.stringify(body) });
          return response.json();
        },
        [name, { askId: randomUUID(), ...args }],
      );
    },
    /** Ends the till, does something to its folder, starts it again, and signs the owner in if somebody was. */
    async restart(meanwhile = async () => {}) {
      const isSignedIn = (await page.getByTestId("frame").count()) > 0;
      await server.stop();
      await meanwhile();
      server = await serve(data);
      await page.goto(server.url);
      if (isSignedIn) await this.signIn("1");
    },
    async close() {
      await browser.close();
      await server.stop();
      await rm(data, { recursive: true, force: true });
    },
  };
  return till;
}

/** Signs in as the first person and opens the drawer with 100.00 through the desk. */
export async function openedTill(options) {
  const till = await openTill(options);
  try {
    await till.signIn("1");
    await till.get("frame").waitFor();
    await till.ask("open_session", { cashSessionId: randomUUID(), denominations: [{ valueMinor: 1000, count: 10 }] });
    await till.shows("session-state", /open since/);
  } catch (failed) {
    // A hook that failed leaves nothing behind that would keep the tests from ending.
    await till.close();
    throw failed;
  }
  return till;
}
