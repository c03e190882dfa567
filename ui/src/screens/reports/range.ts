import { shiftDate } from "./date";

/** Business days, both included. */
export type Range = { from: string; to: string };

/** The most days that are asked for at once. */
const MOST_DAYS = 366;

/** The last so many days up to today. */
export const lastDays = (today: string, days: number): Range => ({ from: shiftDate(today, 1 - days), to: today });

/** Begins on another day; an end that would be before it, or too far away, comes along. */
export function withFrom({ to }: Range, from: string): Range {
  const last = shiftDate(from, MOST_DAYS - 1);
  return { from, to: to < from ? from : to > last ? last : to };
}

/** Ends on another day; a beginning that would be after it, or too far away, comes along. */
export function withTo({ from }: Range, to: string): Range {
  const first = shiftDate(to, 1 - MOST_DAYS);
  return { from: from > to ? to : from < first ? first : from, to };
}
