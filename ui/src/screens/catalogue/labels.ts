import type { PrintersView } from "../../backend";
import { PRINTERS, type WhichPrinter } from "../../frame/printing";

/** The most labels at once. */
export const MOST_LABELS = 99;

/** How many labels somebody typed; null where that is no number of labels. */
export function labelCount(text: string): number | null {
  if (!/^\d+$/.test(text.trim())) return null;
  const count = Number(text);
  return count >= 1 && count <= MOST_LABELS ? count : null;
}

/** Where labels come out: of the label printer, or where there is none of the receipt printer; null where there is neither. */
export function labelPrinter(printers: PrintersView): WhichPrinter | null {
  return PRINTERS.toReversed().find((which) => printers[which].printer !== null) ?? null;
}
