// Browsers of people at a real server, let in by a till.
import { ask, openDrawer, tillOnDuty } from "./scene.mjs";
import { serverFor } from "./server.mjs";

/** A till that belongs to a server, at its Branch screen. */
export async function connected(context, options) {
  const server = await serverFor(context);
  const till = await tillOnDuty(context, { imported: false, ...options });
  await ask(till, "connect_server", { address: server.url, code: await server.code() });
  await openDrawer(till);
  await till.keys("Alt+5");
  await till.get("branch").waitFor();
  return { server, till };
}

/** The link that the till shows, by keyboard alone. */
export async function linkOf(till) {
  await till.keys("F9");
  await till.get("view-link-dialog").waitFor();
  await till.keys("F12");
  const link = await till.shows("view-link", /^http:\/\/127\.0\.0\.1:\d+\/#link=[\w-]{22}$/);
  return link;
}

/** Another browser, as on a manager's phone or desk, past the question how to sign in the next time; a page that threw fails the test. */
export async function browserAt(till, link, options) {
  const manager = await pageAt(till, link, options);
  await manager.get("welcome").or(manager.get("entrance")).or(manager.get("viewing")).waitFor();
  if ((await manager.get("welcome").count()) > 0) await manager.page.keyboard.press("Escape");
  return manager;
}

/** A page of another browser. */
export async function pageAt(till, link, { width = 1366, height = 768, scheme = "light", locale = "en-GB" } = {}) {
  const context = await till.browser.newContext({ viewport: { width, height }, colorScheme: scheme, locale });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => till.errors.push(error.message));
  await page.goto(link);
  const get = (id) => page.getByTestId(id);
  /** Waits until the text of an element is as expected. */
  const shows = async (id, expected) => {
    const text = expected instanceof RegExp ? expected : new RegExp(expected.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    await get(id).first().filter({ hasText: text }).waitFor();
  };
  return { context, page, get, shows };
}

/** One more link from the dialog that is open. */
export async function another(till) {
  const before = await till.get("view-link").textContent();
  await till.keys("F12");
  const changed = await till.page.waitForFunction((old) => {
    const now = document.querySelector("[data-testid=view-link]")?.textContent;
    return now !== undefined && now !== old ? now : null;
  }, before);
  return changed.jsonValue();
}
