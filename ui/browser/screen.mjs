// A browser window on a till, and what a person does in it.
import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const CHROMIUM = process.env.CHROMIUM ?? ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Opens the ui of a till; errors of the page fail the test. */
export async function openScreen(context, till, { language = "en", scheme = "light", size = { width: 1366, height: 768 } } = {}) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
  context.after(() => browser.close());
  const page = await (await browser.newContext({ viewport: size, colorScheme: scheme, timezoneId: "Europe/Berlin" })).newPage();
  await page.addInitScript((wanted) => localStorage.getItem("pharmatill-language") ?? localStorage.setItem("pharmatill-language", wanted), language);
  const failures = [];
  page.on("pageerror", (error) => failures.push(error));
  context.after(() => {
    if (failures.length > 0) throw failures[0];
  });
  page.setDefaultTimeout(10_000);
  await page.goto(till.url);
  return page;
}

/** An element by its data-testid. */
export const at = (page, testid) => page.locator(`[data-testid="${testid}"]`);

/** What stands in an element, without soft spaces. */
export const text = async (page, testid) => ((await at(page, testid).first().textContent()) ?? "").replace(/[\u00a0\u202f]/g, " ").trim();

/** Chooses the first person, where nobody is on duty. */
export async function signIn(page) {
  await at(page, "screen-signin").waitFor();
  await page.keyboard.press("Enter");
  await at(page, "frame").waitFor();
}

/** Types into whatever has the focus. */
export const type = (page, words) => page.keyboard.type(words);
export const press = async (page, ...keys) => {
  for (const key of keys) await page.keyboard.press(key);
};
