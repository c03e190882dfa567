/** Geometry of the chart by hour. Amounts are only compared here, never summed. */

export type Scale = { top: number; ticks: number[] };

/** A scale from zero to just above the highest value, with three to six round steps. */
export function niceScale(highest: number, unit: number): Scale {
  const wanted = Math.max(highest, unit);
  let step = unit;
  // 1, 2, 5, 10, 20, 50 … whole units, until at most five steps cover the highest value.
  for (let power = 1; step * 5 < wanted; power *= 10) {
    for (const digit of [1, 2, 5]) {
      step = digit * power * unit;
      if (step * 5 >= wanted) break;
    }
  }
  const count = Math.max(1, Math.ceil(wanted / step));
  return { top: step * count, ticks: Array.from({ length: count + 1 }, (_, index) => index * step) };
}

/** A scale with zero in it, from just below the lowest value to just above the highest, in steps of one size. */
export function scaleAround(highest: number, lowest: number, unit: number): Scale & { bottom: number } {
  const { ticks } = niceScale(Math.max(highest, -lowest), unit);
  const step = ticks[1] ?? unit;
  const above = Math.max(highest > 0 || lowest >= 0 ? 1 : 0, Math.ceil(highest / step));
  const below = Math.ceil(-lowest / step);
  return { top: step * above, bottom: -step * below, ticks: Array.from({ length: above + below + 1 }, (_, index) => (index - below) * step) };
}

/** The hours worth showing: where anything happened in either week, and never fewer than eight to six. */
export function hoursShown(now: readonly number[], before: readonly number[]): number[] {
  const busy = Array.from({ length: 24 }, (_, hour) => hour).filter(
    (hour) => (now[hour] ?? 0) !== 0 || (before[hour] ?? 0) !== 0,
  );
  const first = Math.min(8, ...busy);
  const last = Math.max(18, ...busy);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
