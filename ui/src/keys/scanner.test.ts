import { describe, expect, it } from "vitest";
import { isWhole, looksLikeCode, ScanRecogniser } from "./scanner";

const EAN = "4006381333931";

/** Keys in words: each is typed so many ms after the one before it; `silence` gives up what was held. */
type Part = { keys: string | readonly string[]; everyMs: number; afterMs?: number };
const scanned = (keys: Part["keys"], afterMs = 5): Part => ({ keys, everyMs: 5, afterMs });
const typed = (keys: Part["keys"], afterMs = 100): Part => ({ keys, everyMs: 100, afterMs });
const ENTER = scanned(["Enter"]);

/**
 * Plays a timeline as a field and a screen would see it. The field takes what passes and is put back to
 * what it held when the code began; silences are noticed as the window notices them.
 */
function play(parts: readonly Part[], isPatient: boolean) {
  const recogniser = new ScanRecogniser();
  const noted: { atMs: number; field: string }[] = [];
  const scans: string[] = [];
  const ends: string[] = [];
  let field = "";
  let atMs = 1000;
  let heldForMs = Number.POSITIVE_INFINITY;
  const take = (verdict: ReturnType<ScanRecogniser["offer"]>) => {
    if (verdict.kind === "scan") {
      scans.push(verdict.code);
      field = noted.find((note) => note.atMs >= verdict.sinceMs)?.field ?? field;
    }
    if (verdict.kind === "release") field += verdict.text;
    heldForMs = verdict.kind === "hold" ? verdict.forMs : Number.POSITIVE_INFINITY;
  };
  for (const { keys, everyMs, afterMs = everyMs } of parts) {
    for (const [at, key] of [...keys].entries()) {
      const gapMs = at === 0 ? afterMs : everyMs;
      if (gapMs > heldForMs) {
        noted.push({ atMs, field });
        take(recogniser.silence());
      }
      atMs += gapMs;
      const before = field;
      const verdict = recogniser.offer({ key, atMs }, isPatient);
      if (verdict.kind === "pass" || verdict.kind === "release") noted.push({ atMs, field: before });
      take(verdict);
      const passes = verdict.kind === "pass" || verdict.kind === "release";
      if (passes && [...key].length === 1) field += key;
      if (passes && (key === "Enter" || key === "Tab")) ends.push(key);
    }
  }
  if (heldForMs < Number.POSITIVE_INFINITY) {
    noted.push({ atMs, field });
    take(recogniser.silence());
  }
  return { scans, field, ends };
}

type Row = [string, readonly Part[], { scans?: string[]; field?: string; ends?: string[] }];
const table = (rows: readonly Row[]) =>
  describe.each([["a field", false], ["a field that waits for its digits", true]] as const)("into %s", (_into, isPatient) => {
    it.each(rows)("%s", (_, parts, { scans = [], field = "", ends = [] }) => expect(play(parts, isPatient)).toEqual({ scans, field, ends }));
  });

describe("a scanner", () => {
  table([
    ["types a code and Enter", [scanned(EAN), ENTER], { scans: [EAN] }],
    ["ends with Tab", [scanned(EAN), scanned(["Tab"])], { scans: [EAN] }],
    ["ends with two keys", [scanned(EAN), ENTER, ENTER], { scans: [EAN] }],
    ["ends with a late Enter", [scanned(EAN), scanned(["Enter"], 180)], { scans: [EAN] }],
    ["ends with nothing", [scanned(EAN)], { scans: [EAN] }],
    ["ends with nothing, and its Enter comes when nobody waits for it any more", [scanned(EAN), scanned(["Enter"], 400)], { scans: [EAN] }],
    ["types 14 digits from before the first key on", [scanned("03400930000120"), ENTER], { scans: ["03400930000120"] }],
    ["reads a receipt", [scanned("B01-T2-K7F-000431"), ENTER], { scans: ["B01-T2-K7F-000431"] }],
    ["reads a data matrix", [scanned("0104006381333931\u001d10A71"), ENTER], { scans: ["0104006381333931\u001d10A71"] }],
    ["reads a German number", [scanned("PZN-01234562"), ENTER], { scans: ["PZN-01234562"] }],
    ["presses Shift for a capital letter in between", [scanned([..."400638133", "Shift", ..."3931", "Enter"])], { scans: [EAN] }],
    ["is slow", [{ keys: [...EAN, "Enter"], everyMs: 34 }], { scans: [EAN] }],
    ["is followed by another", [scanned(EAN), ENTER, scanned("03400930000120", 60), ENTER], { scans: [EAN, "03400930000120"] }],
    ["reads a code whose check digit is wrong", [scanned("4006381333932"), ENTER], { scans: ["4006381333932"] }],
  ]);
});

describe("a code that was cut in two", () => {
  table([
    ...[1, 2, 5, 9, 12].flatMap((at) =>
      [60, 150, 300, 900].map((pauseMs): Row => [
        `after ${at} by ${pauseMs} ms`,
        [scanned(EAN.slice(0, at)), scanned(EAN.slice(at), pauseMs), ENTER],
        { scans: [EAN] },
      ]),
    ),
    ["in three, as by a bad radio", [scanned("4006"), scanned("3", 70), scanned("81333931", 90), ENTER], { scans: [EAN] }],
    ["in the middle of a receipt", [scanned("B01-T2-K"), scanned("7F-000431", 120), ENTER], { scans: ["B01-T2-K7F-000431"] }],
    ["after the first letter of a receipt", [scanned("B"), scanned("01-T2-K7F-000431", 120), ENTER], { scans: ["B01-T2-K7F-000431"] }],
    ["in a data matrix", [scanned("0"), scanned("104006381333931\u001d10A71", 300), ENTER], { scans: ["0104006381333931\u001d10A71"] }],
    ["where what came so far is a shorter code", [scanned("40063813339"), scanned("0", 300), scanned("0", 100), ENTER], { scans: ["4006381333900"] }],
    ["with a wrong check digit", [scanned("400638"), scanned("1333932", 300), ENTER], { scans: ["4006381333932"] }],
    ["but what is two seconds old is another one", [scanned("123"), scanned(EAN, 2000), ENTER], { scans: [EAN], field: "123" }],
  ]);
});

describe("a scan after what a person typed", () => {
  table([
    ...[20, 60, 100, 150, 199, 400, 1000].flatMap((afterMs): Row[] => [
      [`2*, ${afterMs} ms before`, [typed("2*"), scanned(EAN, afterMs), ENTER], { scans: [EAN], field: "2*" }],
      [`2*, ${afterMs} ms before a receipt`, [typed("2*"), scanned("B01-T2-K7F-000431", afterMs), ENTER], { scans: ["B01-T2-K7F-000431"], field: "2*" }],
    ]),
    ...[60, 100, 150, 199, 400].flatMap((afterMs): Row[] => [
      [`12x, ${afterMs} ms before`, [typed("12x"), scanned(EAN, afterMs), ENTER], { scans: [EAN], field: "12x" }],
      [`a digit, ${afterMs} ms before`, [typed("3"), scanned(EAN, afterMs), ENTER], { scans: [EAN], field: "3" }],
      [`part of a name, ${afterMs} ms before`, [typed("ibu"), scanned(EAN, afterMs), ENTER], { scans: [EAN], field: "ibu" }],
      [`two letters pressed almost at once, ${afterMs} ms before`, [typed("i"), scanned("bu", 80), scanned(EAN, afterMs), ENTER], { scans: [EAN], field: "ibu" }],
    ]),
    ["two keys at once, then a sign", [scanned("12"), typed("*"), scanned(EAN, 30), ENTER], { scans: [EAN], field: "12*" }],
    ["a code with a wrong check digit", [typed("2*"), scanned("4006381333932", 150), ENTER], { scans: ["4006381333932"], field: "2*" }],
    ["2*, and the code cut in two", [typed("2*"), scanned("4", 100), scanned(EAN.slice(1), 300), ENTER], { scans: [EAN], field: "2*" }],
    ["an amount, and its Enter", [typed([..."12.50", "Enter"]), scanned(EAN, 100), ENTER], { scans: [EAN], field: "12.50", ends: ["Enter"] }],
  ]);
});

describe("a person", () => {
  const enter = typed(["Enter"]);
  table([
    ["types a code", [{ keys: [...EAN, "Enter"], everyMs: 90 }], { field: EAN, ends: ["Enter"] }],
    ["types a code as fast as fingers are", [{ keys: [...EAN, "Enter"], everyMs: 60 }], { field: EAN, ends: ["Enter"] }],
    ["types a code, some keys almost at once", [..."40 06 38 13 33 93 1".split(" ").map((pair) => ({ keys: pair, everyMs: 20, afterMs: 80 })), enter], { field: EAN, ends: ["Enter"] }],
    ["types the number of a slip, some keys almost at once", [..."88 41 12".split(" ").map((pair) => ({ keys: pair, everyMs: 20, afterMs: 70 })), enter], { field: "884112", ends: ["Enter"] }],
    ...["ibuprofen", "12", "5000", "120.50", "1234,50", "ibuprofen 400"].map((text): Row => [`types ${text} at any speed`, [scanned(text), ENTER], { field: text, ends: ["Enter"] }]),
    ["goes on with Tab", [typed([..."12.50", "Tab"])], { field: "12.50", ends: ["Tab"] }],
    ["gets back what was held when no Enter follows", [scanned("400638")], { field: "400638" }],
    ["gets back what was held when another key follows", [scanned([..."400638", "Backspace"])], { field: "400638" }],
    ["gets back what was held before the next key", [scanned("400638"), typed("7", 500)], { field: "4006387" }],
  ]);
});

it("what has had its effect is no part of a code", () => {
  const recogniser = new ScanRecogniser();
  recogniser.offer({ key: "1", atMs: 1000 });
  recogniser.reset();
  const verdicts = [...EAN, "Enter"].map((key, at) => recogniser.offer({ key, atMs: 1010 + at * 5 }));
  expect(verdicts.at(-1)).toEqual({ kind: "scan", code: EAN, sinceMs: 1010 });
});

it.each([
  [EAN, true],
  ["2*".concat(EAN), false],
  ["PB012345678901234567890123456789", false],
  ["B01-T2-K7F-000431", false],
])("it is known before the end of %s whether a pack is on its way: %s", (code, is) => {
  const recogniser = new ScanRecogniser();
  const verdicts = [...code].map((key, at) => recogniser.offer({ key, atMs: 1000 + at * 5 }, true));
  expect(verdicts.some((verdict) => verdict.kind === "hold" && verdict.isPack)).toBe(is);
});

it("no more than a few characters land before the rest is held back", () => {
  const recogniser = new ScanRecogniser();
  const verdicts = [...EAN].map((key, at) => recogniser.offer({ key, atMs: 1000 + at * 5 }).kind);
  expect(verdicts.filter((kind) => kind !== "hold")).toHaveLength(3);
});

it("a field that waits for its digits is not touched by a scan", () => {
  const recogniser = new ScanRecogniser();
  const verdicts = [...EAN, "Enter"].map((key, at) => recogniser.offer({ key, atMs: 1000 + at * 30 }, true).kind);
  expect(verdicts.filter((kind) => kind !== "hold")).toEqual(["scan"]);
});

it("a person's digit lands after a moment, and before the next key", () => {
  const recogniser = new ScanRecogniser();
  const offer = (key: string, atMs: number) => recogniser.offer({ key, atMs }, true);
  expect(offer("1", 1000)).toEqual({ kind: "hold", forMs: 40, isPack: false });
  expect(recogniser.silence()).toEqual({ kind: "release", text: "1" });
  expect(offer("2", 1100).kind).toBe("hold");
  expect(offer("*", 1130)).toEqual({ kind: "release", text: "2" });
});

it.each([
  [EAN, true],
  ["12345", false],
  ["ibuprofen", false],
  ["ab1234", true],
  ["1234.56", false],
  ["123 456 789", false],
])("%s looks like a code: %s", (text, is) => expect(looksLikeCode(text)).toBe(is));

it.each([
  [EAN, true],
  ["4006381333932", false],
  [EAN.slice(1), false],
  ["40170725", true],
  ["03400930000120", true],
  [`01${EAN.padStart(14, "0")}1728033110A71`, true],
  [`]d201${EAN.padStart(14, "0")}10A71`, true],
  [`1${EAN.padStart(14, "0")}10A71`, false],
  ["B01-T2-K7F-000431", false],
])("%s is whole: %s", (code, is) => expect(isWhole(code)).toBe(is));
