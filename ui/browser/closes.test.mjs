// What closes came to over time, the month day by day, and everything as files.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { ask, gone, nowOnDuty, openDrawer, read, sellSyrup, tillOnDuty } from "./scene.mjs";

/** Counts so many cents, and closes whatever that comes to. */
async function close(till, cents, reason) {
  const { count } = await ask(till, "count_drawer", { entryId: randomUUID(), denominations: [{ valueMinor: 1, count: cents }], other: [], recountReason: null });
  await ask(till, "close_session", { entryId: randomUUID(), reason, note: null, nextFloat: [], seenExpectedMinor: count.rows[0].expectedMinor });
}

/** Three closes of today: 4.49 short, exact, 0.20 over by somebody else. */
async function threeCloses(till) {
  await openDrawer(till);
  await sellSyrup(till, "cash");
  await close(till, 15_100, "change_error");
  await openDrawer(till);
  await close(till, 15_000, null);
  await nowOnDuty(till, "Leyla Öztürk");
  await openDrawer(till);
  await close(till, 15_020, null);
  await nowOnDuty(till, "Anna Weber");
}

test("what was over and short is summed by what the arrows choose, for eye and ear", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+6", "F5");
  await till.get("over-short-empty").waitFor();
  await threeCloses(till);

  await till.get("over-short-chart").waitFor();
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="close-row"]').length === 3);
  await till.shows("over-short-net", "4.29 short");
  await till.shows("over-short-count", "3");
  // Thirty days, each with its place on the axis; a table stands behind the picture.
  assert.equal(await till.page.locator('[data-testid="over-short-chart"] table tbody tr').count(), 30);
  assert.equal(await till.page.locator('[data-testid="over-short-chart"] table td:text-is("−4.49")').count(), 1);
  const rows = await till.get("close-row").allTextContents();
  assert.match(rows[2].replace(/[\u00a0\u202f]/g, " "), /Till 1155\.49151\.00− 4\.49 shortWrong change givenAnna WeberAnna Weber\d\d:\d\d$/);

  const groups = async () => (await till.get("over-short-group").allTextContents()).map((text) => text.replace(/[\u00a0\u202f]/g, " "));
  await till.keys("ArrowRight");
  await till.get("over-short-groups").waitFor();
  assert.deepEqual(await groups(), ["Till 13+0.20−4.49−4.29−4.49–"]);
  await till.keys("ArrowRight");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="over-short-group"]').length === 2);
  assert.deepEqual(await groups(), ["Anna Weber2–−4.49−4.49−4.49–", "Leyla Öztürk1+0.20–+0.20+0.20–"]);
  await till.keys("ArrowRight");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="over-short-group"]').length === 7);
  // From the first one further back there is the last one.
  await till.keys("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft");
  await till.page.waitForFunction(() => document.querySelectorAll('[data-testid="over-short-group"]').length === 7);

  // A year is looked at by month.
  await till.keys("F11");
  await till.page.waitForFunction(() => document.querySelector('[data-testid="over-short-last-365"]').getAttribute("aria-pressed") === "true");
  await till.get("over-short-by-time").click();
  await till.page.waitForFunction(() => [12, 13].includes(document.querySelectorAll('[data-testid="over-short-chart"] table tbody tr').length));

  // Who may not see it is back at the day.
  await nowOnDuty(till, "Leyla Öztürk");
  await till.get("day-report").waitFor();
  assert.equal(await till.get("reports-view-overShort").count(), 0);
});

test("a month is listed day by day, and printed as it stands there", async (context) => {
  const till = await tillOnDuty(context, { imported: false });
  await till.keys("Alt+6", "Shift+F5");
  await till.get("month-empty").waitFor();
  await threeCloses(till);
  await till.get("month-day").waitFor();
  const day = (await read(till, "month-day")).replace(/^\d\d\/\d\d\/\d{4}/, "");
  assert.equal(day, "3455.49451.20− 4.29 shortWrong change givenAnna Weber, Leyla Öztürk");
  assert.equal(await read(till, "month-sum"), "Month3455.49451.20− 4.29 short");
  await till.keys("F12");
  await till.page.emulateMedia({ media: "print" });
  const printed = await till.page.evaluate(() => document.body.innerText.replace(/\s+/g, " ").trim());
  await till.page.emulateMedia({ media: null });
  assert.match(printed, /^Apotheke am Markt Drawers in \w+ \d{4} Business day Drawers closed .* Month 3 455\.49 451\.20 − 4\.29 short$/);
  await till.keys("ArrowLeft");
  await till.get("month-empty").waitFor();
  await till.keys("Home");
  await till.get("month-day").waitFor();
});

test("entries, postings and Z are saved as files, of days or of one Z", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "pharmatill-export-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  const till = await tillOnDuty(context, { imported: false });
  await threeCloses(till);
  await till.keys("Alt+6", "Shift+F5", "Control+s");
  await till.get("export").waitFor();
  await till.get("export-folder").fill(join(folder, "nowhere"));
  await till.keys("F12");
  await till.shows("export", "There is no such folder");
  await till.get("export-folder").fill(folder);
  await till.keys("F12");
  await till.shows("export-done", folder);
  const [first] = await readdir(folder);
  assert.match(first, /^pharmatill-\d{4}-\d\d-01-\d{4}-\d\d-\d\d$/);
  assert.deepEqual((await readdir(join(folder, first))).sort(), ["days.csv", "entries.csv", "postings.csv", "z.csv", "z_taxes.csv"]);
  const days = (await readFile(join(folder, first, "days.csv"), "utf8")).trim().split("\r\n");
  assert.equal(days.length, 2);
  assert.match(days[1], /^[\d-]+,3,45549,455\.49,45120,451\.20,-429,-4\.29,0,0\.00,change_error$/);
  // Again it has another name, and nothing is replaced.
  await till.get("export-form-json").check({ force: true });
  await till.get("export-names").check();
  await till.keys("F12");
  await till.shows("export-done", "(2)");
  const entries = (await readFile(join(folder, `${first} (2)`, "entries.jsonl"), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  assert.ok(entries.some(({ person }) => person === "Leyla Öztürk"));
  await till.keys("Escape");
  await gone(till, "export");

  await till.keys("F6");
  await till.get("z-report").waitFor();
  await till.keys("Control+Shift+S");
  await till.get("export").waitFor();
  await till.get("export-folder").fill(folder);
  await till.keys("F12");
  await till.shows("export-done", "Z0003");
});
