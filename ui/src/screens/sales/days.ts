import { formatBusinessDate, isoDate } from "../../format";

/**
 * A day as typed, as `YYYY-MM-DD`: `2026-11-21`, `21.11.2026`, `21/11/26`, `21.11.` of this year,
 * or `-1` for yesterday; null where it is none.
 */
export function parseDay(text: string, today: string): string | null {
  const trimmed = text.trim();
  if (/^-\d{1,3}$/.test(trimmed)) return shiftDay(today, Number(trimmed));
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(trimmed);
  if (iso !== null) return real(Number(iso[1]), Number(iso[2]), Number(iso[3]));
  const typed = /^(\d{1,2})[./-](\d{1,2})(?:[./-](\d{2}|\d{4})?)?$/.exec(trimmed);
  if (typed === null) return null;
  const year = typed[3] === undefined ? Number(today.slice(0, 4)) : Number(typed[3].padStart(4, "20"));
  return real(year, Number(typed[2]), Number(typed[1]));
}

/** So many days later; earlier with a negative number. */
export function shiftDay(day: string, by: number): string {
  const date = new Date(`${day}T12:00:00Z`);
  date.setUTCDate(date.getUTCDate() + by);
  return date.toISOString().slice(0, 10);
}

/** The day in the short form of the locale, for the field. */
export function writtenDay(day: string): string {
  return formatBusinessDate(day, "short");
}

export function todayIn(nowMs: number): string {
  return isoDate(nowMs);
}

function real(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day, 12));
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.toISOString().slice(0, 10) : null;
}
