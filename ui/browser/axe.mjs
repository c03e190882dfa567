// The rules of WCAG 2.2 A and AA that a program can check, for pages of browser tests.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What breaks a rule on the page now, in words. */
async function broken(page) {
  const { violations } = await page.evaluate(
    async ([source, rules]) => {
      if (window.axe === undefined) new Function(source)();
      return window.axe.run(document, { runOnly: rules });
    },
    [AXE, RULES],
  );
  return violations.map(({ id, nodes }) => `${id}, ${nodes.length} times: ${nodes[0].target.join(" ")}: ${nodes[0].failureSummary.split("\n").slice(1).join(" ").trim()}`);
}

/** Looks at one screen after another and says at the end what is wrong on which. */
export function inspector(page) {
  const found = [];
  const look = async (name, id) => {
    await page.getByTestId(id).first().waitFor();
    // Fonts and colours stand still.
    await page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => undefined))));
    found.push(...(await broken(page)).map((what) => `${name}: ${what}`));
  };
  return { look, found };
}
