// Every screen, in light and in dark, held against the rules of WCAG 2.2 A and AA that a program can check.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { ask, openDrawer, sellSyrup, tillFor, tillOnDuty } from "./scene.mjs";
import { catalogue } from "./till.mjs";

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
function inspector(till) {
  const found = [];
  const look = async (name, id) => {
    await till.get(id).first().waitFor();
    // Fonts and colours stand still.
    await till.page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished.catch(() => undefined))));
    found.push(...(await broken(till.page)).map((what) => `${name}: ${what}`));
  };
  return { look, found };
}

for (const scheme of ["light", "dark"]) {
  test(`every screen is for everybody, ${scheme}`, async (context) => {
    const till = await tillOnDuty(context, { scheme });
    const { look, found } = inspector(till);
    const packs = await catalogue();
    await look("sell, drawer closed", "to-drawer");
    await till.keys("Alt+3");
    await look("open the drawer", "open-drawer");
    await till.keys("Alt+2");
    await look("sales, none", "empty");
    await till.keys("Alt+6", "F6");
    await look("Z, none", "z-empty");
    await openDrawer(till);
    const { customerId } = await ask(till, "add_customer", { customerId: randomUUID(), name: "Pflegeheim Lindenhof" });
    await sellSyrup(till, "on_account", { customerId });
    await till.keys("Alt+1");
    await look("sell, empty", "scan-field");
    await till.type("ibu");
    await look("sell, results", "result");
    await till.keys("Escape");
    await till.scan(packs.amoxicillin.code);
    await till.get("basket-line").waitFor();
    await till.scan("4006381333932");
    await look("sell, a line and a stranger", "stranger");
    await till.keys("Escape", "F12");
    await till.shows("say", /prescription/);
    await look("sell, refused", "say");
    for (const [key, id] of [["F6", "quantity-field"], ["F7", "discount-field"], ["F11", "price-field"], ["F3", "park-label"], ["F1", "help"], ["Control+k", "palette-field"], ["F4", "people"]]) {
      await till.keys(key);
      await look(`dialog ${id}`, id);
      await till.keys("Escape");
      await till.get(id).waitFor({ state: "detached" });
    }
    await till.keys("F10", "F12");
    await look("pay", "pay-outcome");
    await till.keys("F7");
    await look("pay, whose account", "customer-row");
    await till.keys("Escape", "F2", "Enter");
    await look("receipt", "receipt-text");
    await till.keys("Alt+2");
    await look("sales", "sale-detail");
    await till.keys("F6");
    await look("refund", "refund");
    await till.keys("Escape", "F7");
    await look("payment put right", "correct-tender");
    await till.keys("Escape", "Alt+3");
    await look("drawer", "drawer-session");
    await till.keys("F2");
    await look("paid out", "movement-amount");
    await till.keys("Escape", "Alt+4");
    await look("catalogue", "product-page");
    await till.keys("F12");
    await look("change a product", "edit-name");
    await till.keys("Escape", "F9");
    await look("for the manager", "unknown-sold");
    await till.keys("F7");
    await look("import", "import-path");
    await till.keys("Alt+5");
    await look("branch", "settle-row");
    await till.keys("Alt+0");
    await look("server and other tills", "sync-dialog");
    await till.keys("Escape", "F3");
    await look("branch, stock", "low-row-empty");
    await till.keys("Alt+6");
    await look("day", "hour-chart");
    await till.keys("F3");
    await look("X", "x-report");
    await till.keys("Alt+7");
    await look("accounts", "settle");
    await till.keys("Alt+8");
    await look("settings", "settings");
    await till.keys("F10");
    await look("connect to a server", "connect-server");
    await till.get("server-address").fill("nowhere");
    await till.get("server-code").fill("ABCD-EFGH-JKMN");
    await till.keys("F12");
    await look("server refused", "refusal");
    await till.keys("Escape");
    await till.keys("Alt+3", "F12");
    await look("count", "count-screen");
    await till.get("denom-5000").fill("3");
    await till.get("count-card").fill("0");
    await till.keys("F12");
    await look("close", "close-screen");
    await till.get("close-reason-unknown").check();
    await till.keys("F12");
    await look("closed", "closed-screen");
    await till.keys("Enter", "Alt+6", "F6");
    await look("Z", "z-report");
    await till.keys("F8");
    await look("sign in", "people");
    assert.deepEqual(found, []);
  });

  test(`the wizard is for everybody, ${scheme}`, async (context) => {
    const till = await tillFor(context, { founded: false, scheme });
    const { look, found } = inspector(till);
    await look("welcome", "setup-way");
    await till.get("setup-way-server").check();
    await till.keys("F12", "F12");
    await look("join by the server", "setup-join");
    await till.keys("Escape");
    await till.get("setup-way-found").check();
    await till.keys("F12", "F12");
    await look("name missing", "setup-name");
    await till.type("Apotheke");
    await till.keys("F12");
    await look("country", "setup-country");
    await till.get("setup-country-FR").check();
    await till.keys("F12");
    await look("people", "setup-staff-0");
    await till.type("Anna");
    await till.keys("F12");
    await look("catalogue", "setup-catalogue");
    await till.keys("F12");
    await look("backup", "setup-backup-folder");
    await till.keys("F12");
    await look("check", "setup-summary");
    assert.deepEqual(found, []);
  });
}
