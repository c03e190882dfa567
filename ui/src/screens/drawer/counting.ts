import type { DenominationCount } from "../../backend";

/** What a person typed beside each note and coin, by its value in minor units. */
export type Typed = Readonly<Record<number, string>>;

const MOST = 100_000;

/**
 * How many pieces a person typed: `12`, or rolls and loose ones together as `2*25+7`. Null where it
 * is not a number of pieces; an empty field is 0.
 */
export function parsePieces(text: string): number | null {
  const bare = text.replace(/\s/g, "").replace(/[x×]/gi, "*");
  if (bare === "") return 0;
  if (!/^\d{1,6}([*+]\d{1,6})*$/.test(bare)) return null;
  const pieces = bare
    .split("+")
    .map((part) => part.split("*").map(Number).reduce((product, factor) => product * factor, 1))
    .reduce((sum, part) => sum + part, 0);
  return pieces <= MOST ? pieces : null;
}

/** The counts as the system takes them, or the value of the first field that cannot be read. */
export function readCounts(
  values: readonly number[],
  typed: Typed,
): { denominations: DenominationCount[]; unreadable: number | null } {
  let unreadable: number | null = null;
  const denominations = values.map((valueMinor) => {
    const count = parsePieces(typed[valueMinor] ?? "");
    if (count === null) unreadable ??= valueMinor;
    return { valueMinor, count: count ?? 0 };
  });
  return { denominations, unreadable };
}

/** How many pieces of each value there are in several counts together. These are numbers of pieces, not amounts. */
export function addUp(counts: readonly (readonly DenominationCount[])[]): ReadonlyMap<number, number> {
  const sum = new Map<number, number>();
  for (const { valueMinor, count } of counts.flat()) {
    if (count > 0) sum.set(valueMinor, (sum.get(valueMinor) ?? 0) + count);
  }
  return sum;
}

/** Counts as text for the fields; what is not there stays empty. */
export function asTyped(denominations: readonly DenominationCount[]): Typed {
  return Object.fromEntries(
    denominations.filter(({ count }) => count > 0).map(({ valueMinor, count }) => [valueMinor, String(count)]),
  );
}

/**
 * The pieces that are left when the next float is taken out of what was counted, or the value of
 * which more would stay than there is. These are numbers of pieces, not amounts.
 */
export function takeOut(
  counted: readonly DenominationCount[],
  float: readonly DenominationCount[],
): { left: DenominationCount[]; tooMany: number | null } {
  const staying = new Map(float.map(({ valueMinor, count }) => [valueMinor, count]));
  const there = new Map(counted.map(({ valueMinor, count }) => [valueMinor, count]));
  const tooMany = float.find(({ valueMinor, count }) => count > (there.get(valueMinor) ?? 0));
  return {
    left: counted.map(({ valueMinor, count }) => ({
      valueMinor,
      count: Math.max(0, count - (staying.get(valueMinor) ?? 0)),
    })),
    tooMany: tooMany?.valueMinor ?? null,
  };
}
