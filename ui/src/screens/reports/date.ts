/** The calendar day so many days later; dates are text and have no time zone. */
export function shiftDate(date: string, days: number): string {
  const moved = new Date(`${date}T12:00:00Z`);
  moved.setUTCDate(moved.getUTCDate() + days);
  return moved.toISOString().slice(0, 10);
}

/** The month so many months later, as `2026-11`. */
export function shiftMonth(month: string, months: number): string {
  const moved = new Date(`${month}-15T12:00:00Z`);
  moved.setUTCMonth(moved.getUTCMonth() + months);
  return moved.toISOString().slice(0, 7);
}

/** The last day of a month `2026-11`. */
export const lastDayOf = (month: string): string => shiftDate(`${shiftMonth(month, 1)}-01`, -1);
