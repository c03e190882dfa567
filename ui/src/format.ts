/**
 * Everything a person reads as a number, an amount, a date or a time, through Intl. Amounts are
 * integer minor units; they are put into words here and nowhere added up.
 */

/** A language with its region, e.g. `de-DE`: decides separators and the order of dates. */
export type Locale = string;

// Countries where the language is at home, and writes numbers in a way of its own.
const AT_HOME: Record<string, readonly string[]> = {
  en: ["GB", "IE", "US"],
  de: ["DE", "AT", "CH", "LI", "LU"],
  fr: ["FR", "BE", "CH", "LU"],
};

/** The locale of a language in a country; a language away from home keeps the habits of its first home. */
export function localeOf(language: string, country: string): Locale {
  const homes = AT_HOME[language] ?? [];
  const home = homes.includes(country) ? country : homes[0];
  return home === undefined ? language : `${language}-${home}`;
}

let locale: Locale = "en-GB";
let currency = "EUR";
let timeZone: string | undefined;

/** Set once the branch is known; screens format by it without passing it along. */
export function setFormat(next: { locale?: Locale; currency?: string; timeZone?: string }): void {
  locale = next.locale ?? locale;
  currency = next.currency ?? currency;
  timeZone = next.timeZone ?? timeZone;
}

/** Words as they are written elsewhere, and afterwards as before. */
export function formattedAs(elsewhere: { locale: Locale; currency: string; timeZone: string }, words: () => string): string {
  const before = { locale, currency, timeZone };
  setFormat(elsewhere);
  const said = words();
  ({ locale, currency, timeZone } = before);
  return said;
}

const formats = new Map<string, Intl.NumberFormat>();

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

const digits = new Map<string, number>();

/** How many decimals the currency has: 2 for EUR, 0 for XAF, 3 for TND. */
export function minorDigits(of: string = currency): number {
  let known = digits.get(of);
  if (known === undefined) {
    known = numberFormat({ style: "currency", currency: of }).resolvedOptions().maximumFractionDigits ?? 2;
    digits.set(of, known);
  }
  return known;
}

/** `123456` → `"1234.56"`: exact, because Intl takes decimals as text. */
function decimalText(minor: number, digits: number): Intl.StringNumericLiteral {
  const sign = minor < 0 ? "-" : "";
  const text = String(Math.abs(minor)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const part = digits === 0 ? "" : `.${text.slice(text.length - digits)}`;
  return `${sign}${whole}${part}` as Intl.StringNumericLiteral;
}

// A real minus, so that it stands as wide as a digit and is not taken for a dash.
const withMinus = (text: string) => text.replace(/-/g, "−");

/** An amount without its currency, for columns: `1,234.56`. */
export function formatAmount(minor: number): string {
  const digits = minorDigits();
  const format = numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  return withMinus(format.format(decimalText(minor, digits)));
}

/** An amount with its currency: `€1,234.56`. */
export function formatMoney(minor: number): string {
  const format = numberFormat({ style: "currency", currency });
  return withMinus(format.format(decimalText(minor, minorDigits())));
}

/** An amount with its currency, where the words beside it say which way it goes: `€12.00` for -1200 too. */
export function formatMoneyUnsigned(minor: number): string {
  const format = numberFormat({ style: "currency", currency, signDisplay: "never" });
  return format.format(decimalText(minor, minorDigits()));
}

/** A round amount as it stands on a note, a coin or an axis: `500`, `0.50`. */
export function formatDenomination(minor: number): string {
  const digits = minorDigits();
  const format = numberFormat({
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    trailingZeroDisplay: "stripIfInteger",
  });
  return withMinus(format.format(decimalText(minor, digits)));
}

/** An amount with its sign also where it is positive, for what is over or short. */
export function formatSigned(minor: number): string {
  return minor > 0 ? `+${formatAmount(minor)}` : formatAmount(minor);
}

/** The currency as a person writes it beside an amount field: `€`, `CHF`. */
export function currencySymbol(): string {
  const parts = numberFormat({ style: "currency", currency }).formatToParts(0);
  return parts.find((part) => part.type === "currency")?.value ?? currency;
}

/** A round amount of a currency that is not the branch's yet: `CHF 0.05`. */
export function formatDenominationIn(code: string, minor: number): string {
  const format = numberFormat({ style: "currency", currency: code });
  return format.format(decimalText(minor, minorDigits(code)));
}

/** A country by its two letters, in the language of the screen. */
export function countryName(code: string): string {
  return new Intl.DisplayNames(locale, { type: "region" }).of(code) ?? code;
}

/** A language with its country, as `de-CH`, in the language of the screen. */
export function languageName(tag: string): string {
  return new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard" }).of(tag) ?? tag;
}

/** The locale's decimal mark, for the key of a number pad. */
export function decimalMark(): string {
  return numberFormat({ minimumFractionDigits: 1 }).formatToParts(0).find((part) => part.type === "decimal")?.value ?? ".";
}

export function formatCount(count: number): string {
  return withMinus(numberFormat({ maximumFractionDigits: 0 }).format(count));
}

/** A tax rate in parts per million: 190000 → `19 %`, 55000 → `5.5 %`. */
export function formatRate(ppm: number): string {
  const format = numberFormat({ style: "percent", maximumFractionDigits: 3 });
  return format.format(decimalText(ppm, 6));
}

/** A discount in hundredths of a percent: 1000 → `10 %`. */
export function formatPercent(hundredths: number): string {
  const format = numberFormat({ style: "percent", maximumFractionDigits: 2 });
  return withMinus(format.format(decimalText(hundredths, 4)));
}

/** Whole percent with their sign also where they are positive: `+12 %`. */
export function formatSignedPercent(percent: number): string {
  const format = numberFormat({ style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
  return withMinus(format.format(decimalText(percent, 2)));
}

/**
 * What a person typed as an amount, in minor units; null where it is none. Comma and point are
 * both decimals, because a numeric pad has only one of them; groups are not understood on purpose.
 */
export function parseAmount(text: string, digits: number = minorDigits()): number | null {
  const found = /^\s*(-?)(\d*)(?:[.,](\d*))?\s*$/.exec(text);
  if (found === null) return null;
  const [, sign = "", whole = "", part = ""] = found;
  if (whole === "" && part === "") return null;
  if (part.length > digits) return null;
  const minor = Number(`${whole}${part.padEnd(digits, "0")}`);
  if (!Number.isSafeInteger(minor)) return null;
  return sign === "-" && minor !== 0 ? -minor : minor;
}

/** A percentage as typed, in hundredths of a percent; null where it is none or above 100. */
export function parsePercent(text: string): number | null {
  const hundredths = parseAmount(text.replace("%", ""), 2);
  return hundredths !== null && hundredths >= 0 && hundredths <= 10_000 ? hundredths : null;
}

/** A whole number of packs or pieces as typed; null where it is none. */
export function parseCount(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d{1,9}$/.test(trimmed)) return null;
  return Number(trimmed);
}

/** Keeps a number and its unit on one line, so that no strength is cut: `500 mg`. */
export function keepStrength(name: string): string {
  return name.replace(/(\d) (?=(?:mg|g|kg|µg|mcg|ml|l|cl|mm|cm|UI|IU|IE|I\.E\.|MBq|mmol|%)(?![\p{L}\d]))/gu, "$1\u00a0");
}

/** For putting an amount back into a field for editing: no groups, the locale's own decimal mark. */
export function editableAmount(minor: number): string {
  const digits = minorDigits();
  const format = numberFormat({
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  });
  return format.format(decimalText(minor, digits));
}

const dates = new Map<string, Intl.DateTimeFormat>();

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${timeZone ?? ""} ${JSON.stringify(options)}`;
  let format = dates.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locale, { timeZone, ...options });
    dates.set(key, format);
  }
  return format;
}

/** `14:32` */
export function formatTime(ms: number): string {
  return dateFormat({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }).format(ms);
}

/** `21 Nov 2026` */
export function formatDay(ms: number): string {
  return dateFormat({ day: "numeric", month: "short", year: "numeric" }).format(ms);
}

/** `Sat 21 Nov, 14:32` */
export function formatMoment(ms: number): string {
  return dateFormat({
    weekday: "short",
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(ms);
}

/** A business date `2026-11-21` as `Saturday 21 November 2026`; it has no time zone of its own. */
export function formatBusinessDate(date: string, style: "long" | "short" = "long"): string {
  const ms = Date.parse(`${date}T12:00:00Z`);
  if (Number.isNaN(ms)) return date;
  return dateFormat(
    style === "long"
      ? { weekday: "long", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" }
      : { day: "2-digit", month: "2-digit", year: "numeric", timeZone: "UTC" },
  ).format(ms);
}

/** The month of a business date: `November 2026`, or `Nov 26` where there is little room. */
export function formatMonth(date: string, style: "long" | "short" = "long"): string {
  const ms = Date.parse(`${date.slice(0, 7)}-15T12:00:00Z`);
  return dateFormat(style === "long" ? { month: "long", year: "numeric", timeZone: "UTC" } : { month: "short", year: "2-digit", timeZone: "UTC" }).format(ms);
}

/** Day and month of a business date, for an axis: `21/11`. */
export function formatDayOfYear(date: string): string {
  return dateFormat({ day: "2-digit", month: "2-digit", timeZone: "UTC" }).format(Date.parse(`${date}T12:00:00Z`));
}

/** A weekday by its number, 1 for Monday. */
export function formatWeekday(no: number, style: "long" | "short" = "long"): string {
  // The first of January 2024 was a Monday.
  return dateFormat({ weekday: style, timeZone: "UTC" }).format(Date.UTC(2024, 0, no, 12));
}

/** A month `2027-03` or a day `2027-03-31` of expiry, kept in the order that is on the pack. */
export function formatExpiry(date: string): string {
  return date.slice(0, 7);
}

/** Whether an instant falls on the same day as another, in the branch's time zone. */
export function isSameDay(a: number, b: number): boolean {
  const format = dateFormat({ year: "numeric", month: "2-digit", day: "2-digit" });
  return format.format(a) === format.format(b);
}

/** `2026-11-21` for an instant in the branch's time zone: the form the system takes dates in. */
export function isoDate(ms: number): string {
  return new Intl.DateTimeFormat("en-CA", {
    timeZone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(ms);
}

/** How long ago, in the largest unit that fits: `2 hours ago`. */
export function formatAgo(thenMs: number, nowMs: number): string {
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const minutes = Math.round((thenMs - nowMs) / 60_000);
  if (Math.abs(minutes) < 60) return relative.format(minutes, "minute");
  const hours = Math.round(minutes / 60);
  if (Math.abs(hours) < 48) return relative.format(hours, "hour");
  return relative.format(Math.round(hours / 24), "day");
}

/** How long something lasts, in the largest unit that fits: `53 min`, `6 hrs`, `2 days`. */
export function formatLasting(fromMs: number, nowMs: number): string {
  const minutes = Math.max(0, Math.round((nowMs - fromMs) / 60_000));
  const inUnit = (count: number, unit: string) => numberFormat({ style: "unit", unit, unitDisplay: "short", maximumFractionDigits: 0 }).format(count);
  if (minutes < 60) return inUnit(minutes, "minute");
  const hours = Math.round(minutes / 60);
  return hours < 48 ? inUnit(hours, "hour") : inUnit(Math.round(hours / 24), "day");
}
