import type { PrintersView, PrintView } from "../backend";
import { t } from "../messages/messages";
import { named } from "../messages/wording";
import { PRINTERS, type WhichPrinter } from "./printing";

/** A paper in the queue of its printer. */
export type Queued = { which: WhichPrinter; paper: PrintView };

/** Which queues are shown: that of the receipt printer always, the other one where there is something to it. */
export function shownQueues(printers: PrintersView): WhichPrinter[] {
  return PRINTERS.filter((which) => which === "receipts" || printers[which].printer !== null || printers[which].count > 0);
}

/** What waits at these printers, one queue behind the other. */
export function queuedAt(printers: PrintersView, queues: readonly WhichPrinter[]): Queued[] {
  return queues.flatMap((which) => printers[which].queue.map((paper) => ({ which, paper })));
}

/** Papers whose words say everything: their number is in them, or one is like the other. */
const SAID = ["receipt", "z", "scanner_sheet", "count_sheet", "test"];

/** What a paper is, in words. */
export function paperWords({ what, no, copyNo, count }: PrintView): string {
  const kind = named("printer.paper", what).replace("{no}", no ?? "").trim();
  if (count > 1) return `${count} × ${kind}`;
  return copyNo === 0 ? kind : t("printer.copy", { paper: kind, copy: copyNo });
}

/** What else a paper is called by, where its words do not say it; null where there is nothing. */
export function paperName({ what, no }: PrintView): string | null {
  return SAID.includes(what) ? null : no;
}
