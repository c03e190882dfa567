// Opens a link of a till in a browser, touches nothing, and says in a line of JSON whenever what it shows differs; saves a
// picture and ends once nobody listens any more. For the test of two windows and a browser.
import { chromium } from "playwright-core";

const [link, picture] = process.argv.slice(2);

// What is never shown is not waited for without end.
setTimeout(() => process.exit(1), 60_000).unref();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});
const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "en-GB" });
const page = await context.newPage();
await page.exposeFunction("say", (line) => console.log(line));
await page.goto(link);
await page.getByTestId("welcome-later").click();
await page.getByTestId("branch").waitFor();
await page.evaluate(() => {
  let before = "";
  const look = () => {
    const digits = (id) => Number(document.querySelector(`[data-testid=${id}]`)?.textContent.replace(/\D/g, ""));
    const now = JSON.stringify({ sales: digits("branch-sales"), takings: digits("branch-takings") });
    if (now !== before) window.say(now);
    before = now;
  };
  new MutationObserver(look).observe(document.body, { subtree: true, childList: true, characterData: true });
  look();
});
process.stdin.resume();
await new Promise((resolve) => process.stdin.once("end", resolve));
await page.screenshot({ path: picture });
await browser.close();
