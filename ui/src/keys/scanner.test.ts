import { describe, expect, it } from "vitest";
import { LONGEST_GAP_MS, looksLikeCode, ScanRecogniser } from "./scanner";

/** Types a text with the same pause before each character, as a field would see it. */
function type(text: string, pauseMs: number, { enter = true, recogniser = new ScanRecogniser(), startMs = 1000, before = "" } = {}) {
  let atMs = startMs;
  let field = before;
  let clean = before;
  let scan: string | null = null;
  const offer = (key: string) => {
    const verdict = recogniser.offer({ key, atMs });
    if (verdict.kind === "release") field += verdict.text;
    if (verdict.kind === "scan") {
      scan = verdict.code;
      field = clean;
    }
    if (recogniser.hasJustBegun) clean = field;
    if (key !== "Enter" && (verdict.kind === "pass" || verdict.kind === "release")) field += key;
    atMs += pauseMs;
  };
  for (const key of text) offer(key);
  if (enter) offer("Enter");
  return { field, scan, recogniser, atMs };
}

describe("a scanner", () => {
  it.each(["4006381333931", "03400930000120", "B01-T2-K7F-000431", "0104006381333931\u001d10A71", "PZN-01234562"])("is recognised: %s", (code) => {
    expect(type(code, 5)).toMatchObject({ scan: code, field: "" });
  });

  it("is recognised at the slowest speed it may have", () => {
    expect(type("4006381333931", 34).scan).toBe("4006381333931");
    expect(type("4006381333931", 40).scan).toBeNull();
  });

  it("survives one hiccup of the machine", () => {
    const recogniser = new ScanRecogniser();
    const begun = type("40", 5, { enter: false, recogniser });
    const rest = type("06381333931", 5, { recogniser, startMs: begun.atMs + LONGEST_GAP_MS - 10 });
    expect(rest.scan).toBe("4006381333931");
  });

  it("is put together again when the machine cut it in two", () => {
    const recogniser = new ScanRecogniser();
    const begun = type("400638133", 5, { enter: false, recogniser });
    expect(recogniser.giveUp(begun.atMs + LONGEST_GAP_MS + 50)).toBe("638133");
    const rest = type("3931", 5, { recogniser, startMs: begun.atMs + 700 });
    expect(rest.scan).toBe("4006381333931");
  });

  it("is not put together with what is two seconds old", () => {
    const recogniser = new ScanRecogniser();
    const begun = type("123", 5, { enter: false, recogniser });
    expect(type("4006381333931", 5, { recogniser, startMs: begun.atMs + 2000 }).scan).toBe("4006381333931");
  });

  it("is not mixed with what a person typed before", () => {
    const recogniser = new ScanRecogniser();
    const begun = type("ibu", 150, { enter: false, recogniser });
    expect(type("4006381333931", 5, { recogniser, startMs: begun.atMs + 1000 }).scan).toBe("4006381333931");
  });

  it("ends with Shift for a capital letter in between", () => {
    const recogniser = new ScanRecogniser();
    const begun = type("400638133", 5, { enter: false, recogniser });
    recogniser.offer({ key: "Shift", atMs: begun.atMs });
    expect(type("3931", 5, { recogniser, startMs: begun.atMs + 5 }).scan).toBe("4006381333931");
  });
});

describe("a person", () => {
  it.each([
    ["4006381333931", 90],
    ["ibuprofen", 20],
    ["12", 5],
    ["5000", 5],
    ["120.50", 5],
    ["1234,50", 5],
    ["ibuprofen 400", 5],
  ])("is none: %s every %d ms", (text, pauseMs) => {
    expect(type(text, pauseMs)).toMatchObject({ scan: null, field: text });
  });

  it("gets back what was held when no Enter follows", () => {
    const { field, recogniser, atMs } = type("400638", 5, { enter: false });
    expect(field).toBe("400");
    expect(recogniser.giveUp(atMs + 10)).toBe("");
    expect(recogniser.giveUp(atMs + LONGEST_GAP_MS + 10)).toBe("638");
    expect(recogniser.giveUp(atMs + LONGEST_GAP_MS + 20)).toBe("");
  });

  it("gets back what was held when another key follows", () => {
    const { field, recogniser, atMs } = type("400638", 5, { enter: false });
    const verdict = recogniser.offer({ key: "Backspace", atMs });
    expect(verdict).toEqual({ kind: "release", text: "638" });
    expect(field).toBe("400");
  });
});

it.each([
  ["4006381333931", true],
  ["12345", false],
  ["ibuprofen", false],
  ["ab1234", true],
  ["1234.56", false],
  ["123 456 789", false],
])("%s looks like a code: %s", (text, is) => expect(looksLikeCode(text)).toBe(is));
