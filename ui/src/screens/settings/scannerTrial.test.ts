import { describe, expect, it } from "vitest";
import type { ScannerVerdict } from "../../backend";
import { adviceWords, nextCode, summary, toneOf, type Verdicts } from "./scannerTrial";
import { CODE_128_BARS, EAN_13_BARS, GS1_DATA_MATRIX, QR } from "./testCodes";

const said = (verdict: string, more: Partial<ScannerVerdict> = {}): ScannerVerdict => ({ verdict, scanner: null, till: null, other: null, ...more });
const all = (ean: string, c128: string, matrix: string, qr: string): Verdicts => ({ ean_13: said(ean), code_128: said(c128), gs1_data_matrix: said(matrix), qr: said(qr) });

describe("a scanner that is tried", () => {
  it("goes on with what was not read yet", () => {
    expect(nextCode({ ean_13: said("good") }, "ean_13")).toBe("code_128");
    expect(nextCode({ gs1_data_matrix: said("good"), qr: said("good") }, "qr")).toBe("ean_13");
    expect(nextCode(all("good", "good", "cut", "good"), "qr")).toBe("qr");
  });

  it("is told what is wrong and what to do", () => {
    expect(adviceWords(said("keyboard_language", { scanner: "en-US", till: "de-CH" }))).toMatch(/English \(United States\).*German \(Switzerland\)/);
    expect(adviceWords(said("other_code", { other: "qr" }))).toMatch(/QR code/);
    expect(adviceWords(said("separator_dropped"))).toMatch(/GS as ASCII 29/);
    for (const verdict of ["good", "prefix_missing", "caps_lock", "foreign_prefix", "suffix", "cut", "unknown"]) expect(adviceWords(said(verdict)), verdict).not.toMatch(/\(/);
  });

  it("is summed up once each code was scanned", () => {
    expect(summary({ ean_13: said("good") })).toBeNull();
    expect(summary(all("good", "good", "good", "good"))?.tone).toBe("plain");
    expect(summary(all("good", "prefix_missing", "good", "good"))?.tone).toBe("amber");
    expect(summary(all("good", "cut", "separator_dropped", "good"))).toEqual({ tone: "red", words: expect.stringMatching(/^2 of 4/) });
    expect([undefined, said("good"), said("other_code"), said("cut")].map(toneOf)).toEqual([undefined, "plain", "amber", "red"]);
  });
});

describe("the codes on the screen", () => {
  it("are whole", () => {
    expect(EAN_13_BARS).toMatch(/^101[01]{42}01010[01]{42}101$/);
    // Start, data, check and stop of Code 128: eleven modules each, the stop thirteen.
    expect((CODE_128_BARS.length - 13) % 11).toBe(0);
    for (const rows of [GS1_DATA_MATRIX, QR]) for (const row of rows) expect(row).toHaveLength(rows.length);
  });
});
