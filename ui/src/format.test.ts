import { beforeEach, describe, expect, it } from "vitest";
import { decimalMark, editableAmount, formatAmount, formatLasting, formatMoney, formatMoneyUnsigned, formatPercent, formatRate, formatSigned, formatSignedPercent, keepStrength, languageName, localeOf, minorDigits, parseAmount, parseCount, parsePercent, setFormat } from "./format";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

beforeEach(() => setFormat({ locale: "en-GB", currency: "EUR", timeZone: "Europe/Berlin" }));

describe("amounts", () => {
  it.each([
    ["en-GB", "EUR", 123456, "1,234.56", "€1,234.56"],
    ["de-DE", "EUR", 123456, "1.234,56", "1.234,56 €"],
    ["fr-FR", "EUR", 123456, "1 234,56", "1 234,56 €"],
    ["de-CH", "CHF", 5, "0.05", "CHF 0.05"],
    ["fr-FR", "XAF", 1500, "1 500", "1 500 FCFA"],
    ["en-GB", "EUR", -495, "−4.95", "−€4.95"],
    ["en-GB", "EUR", 9007199254740991, "90,071,992,547,409.91", "€90,071,992,547,409.91"],
  ])("%s %s %d", (locale, currency, minor, amount, money) => {
    setFormat({ locale, currency });
    expect(plain(formatAmount(minor))).toBe(amount);
    expect(plain(formatMoney(minor))).toBe(money);
  });

  it("says over and short with their sign", () => {
    expect(formatSigned(350)).toBe("+3.50");
    expect(formatSigned(-350)).toBe("−3.50");
    expect(formatSigned(0)).toBe("0.00");
  });

  it("leaves the sign to the words beside it", () => {
    expect(formatMoneyUnsigned(-123456)).toBe("€1,234.56");
    expect(formatMoneyUnsigned(123456)).toBe("€1,234.56");
    setFormat({ locale: "de-DE" });
    expect(plain(formatMoneyUnsigned(-1200))).toBe("12,00 €");
  });

  it("knows the currency's digits", () => {
    expect([minorDigits("EUR"), minorDigits("XAF"), minorDigits("TND")]).toEqual([2, 0, 3]);
  });
});

describe("what a person types", () => {
  it.each([
    ["30", 3000],
    ["30,5", 3050],
    ["30.05", 3005],
    [",50", 50],
    ["7.", 700],
    ["-4,95", -495],
    ["0", 0],
    ["", null],
    [".", null],
    ["1.234,56", null],
    ["3.005", null],
    ["abc", null],
    ["99999999999999999", null],
  ])("%s is %s", (text, minor) => expect(parseAmount(text)).toBe(minor));

  it("reads a currency without decimals", () => {
    setFormat({ currency: "XAF" });
    expect(parseAmount("1500")).toBe(1500);
    expect(parseAmount("1,5")).toBeNull();
  });

  it("comes back from a field as it went in", () => {
    setFormat({ locale: "de-DE" });
    expect(editableAmount(123456)).toBe("1234,56");
    expect(parseAmount(editableAmount(123456))).toBe(123456);
    expect(decimalMark()).toBe(",");
  });

  it("reads counts and percentages", () => {
    expect([parseCount("12"), parseCount("0"), parseCount("1.5"), parseCount("-1"), parseCount("")]).toEqual([12, 0, null, null, null]);
    expect([parsePercent("10%"), parsePercent("12,5 %"), parsePercent("101%"), parsePercent("-1%")]).toEqual([1000, 1250, null, null]);
  });
});

describe("rates", () => {
  it.each([
    [190_000, "19%"],
    [55_000, "5.5%"],
    [21_000, "2.1%"],
    [0, "0%"],
  ])("%d ppm is %s", (ppm, text) => expect(plain(formatRate(ppm))).toBe(text));

  it.each([
    [12, "+12%"],
    [-4, "−4%"],
    [0, "0%"],
  ])("%d percent more is %s", (percent, text) => expect(plain(formatSignedPercent(percent))).toBe(text));

  it("writes a discount", () => expect(formatPercent(1250)).toBe("12.5%"));
});

describe("names and places", () => {
  it("keeps a strength on one line", () => {
    expect(keepStrength("Ibuprofen 400 mg tablets")).toBe("Ibuprofen 400\u00a0mg tablets");
    expect(keepStrength("20 magnets")).toBe("20 magnets");
    expect(keepStrength("syrup 2 %")).toBe("syrup 2\u00a0%");
  });

  it.each([
    ["de", "CH", "de-CH"],
    ["de", "FR", "de-DE"],
    ["en", "DE", "en-GB"],
    ["fr", "BE", "fr-BE"],
  ])("%s in %s reads as %s", (language, country, locale) => expect(localeOf(language, country)).toBe(locale));
});

describe("a language", () => {
  it("is named with its country, as screens and keyboards name it", () => {
    setFormat({ locale: "en-GB" });
    expect(["de", "de-CH", "en-US"].map(languageName)).toEqual(["German", "German (Switzerland)", "English (United States)"]);
    setFormat({ locale: "de-DE" });
    expect(languageName("fr-BE")).toBe("Französisch (Belgien)");
  });
});

describe("how long", () => {
  const MINUTE = 60_000;
  it.each([
    ["en-GB", 0, "0 mins"],
    ["en-GB", 53 * MINUTE, "53 mins"],
    ["de-DE", 119 * MINUTE, "2 Std."],
    ["fr-FR", 26 * 60 * MINUTE, "26 h"],
    ["en-GB", 3 * 24 * 60 * MINUTE, "3 days"],
    ["en-GB", -5 * MINUTE, "0 mins"],
  ])("%s: %d ms are %s", (locale, ms, text) => {
    setFormat({ locale });
    expect(plain(formatLasting(1_000, 1_000 + ms))).toBe(text);
  });
});
