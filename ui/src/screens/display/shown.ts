import type { DisplayLine, DisplayPaid, DisplayTender, DisplayView } from "../../backend";

/** What the customer sees: the pharmacy's name, what is in the basket, or how it was paid. */
export type Shown = "welcome" | "basket" | "paid";

/** What is to be shown of what the till said last; of a till that is gone nothing but its name. */
export function shownOf(view: DisplayView | undefined, isGone: boolean): Shown {
  if (view === undefined || isGone) return "welcome";
  if (view.lines.length > 0) return "basket";
  return view.paid === null ? "welcome" : "paid";
}

/** The lines that were shown, and which of them changed last. */
export type Followed = { lines: readonly DisplayLine[]; newestNo: number | null };

/** Which line the customer looks for: one that came or of which there are more or fewer, or else one whose amount is another. */
export function follow(before: Followed, lines: readonly DisplayLine[]): Followed {
  const last = (is: (line: DisplayLine) => boolean) => lines.findLast(is)?.lineNo;
  const was = new Map(before.lines.map((line) => [line.lineNo, line]));
  const counted = last(({ lineNo, quantity }) => was.get(lineNo)?.quantity !== quantity);
  const changed = last(({ lineNo, amountMinor }) => was.get(lineNo)?.amountMinor !== amountMinor);
  const same = last(({ lineNo }) => lineNo === before.newestNo);
  return { lines, newestNo: counted ?? changed ?? same ?? lines.at(-1)?.lineNo ?? null };
}

/** How many packs stand before an amount; null for one, or for one that is taken back: the amount says so. */
export function packsShown(quantity: number): number | null {
  const packs = Math.abs(quantity);
  return packs === 1 ? null : packs;
}

/** What is said of a sale that is paid: its largest figure, and what stands above it. */
export type Told = { main: "change" | "paid" | "given_back"; mainMinor: number; totalMinor: number | null; tenders: readonly DisplayTender[] };

/** The change is the largest where there is any; where there is none, what was paid. */
export function told({ totalMinor, tenders, changeDueMinor }: DisplayPaid): Told {
  if (changeDueMinor > 0) return { main: "change", mainMinor: changeDueMinor, totalMinor, tenders };
  return { main: totalMinor < 0 ? "given_back" : "paid", mainMinor: totalMinor, totalMinor: null, tenders };
}

/** How large an amount can be written so that all of it is in sight. */
export function sizeOf(text: string): "huge" | "large" | "long" {
  if (text.length <= 9) return "huge";
  return text.length <= 12 ? "large" : "long";
}
