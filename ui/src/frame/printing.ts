import { useEffect, useRef, useState } from "react";
import type { Args, BackendError, PaperOf, PrintersView, PrinterView } from "../backend";
import { call } from "../backend";
import { newId } from "../backend/ids";
import { useAct, useAsk } from "../backend/queries";
import { t } from "../messages/messages";
import { named } from "../messages/wording";
import { useWindowPrint } from "../parts/useLogo";
import { useMay } from "./screens";

/** The printers of a till, the one for receipts first. */
export const PRINTERS = ["receipts", "labels"] as const;
export type WhichPrinter = (typeof PRINTERS)[number];

/** What of a printer needs a look. */
export type ToLookAt =
  | { state: "in_doubt"; count: number }
  | { state: "trouble"; which: WhichPrinter; code: string; waiting: number }
  | { state: "waits"; waiting: number };

const NO_PRINTER: PrinterView = { printer: null, trouble: null, queue: [], count: 0 };
const NO_PRINTERS: PrintersView = { receipts: NO_PRINTER, labels: NO_PRINTER };

/** The printers of this till and what they have still to print; none until that is known. */
export const usePrinters = (): PrintersView => useAsk("printers", {}).data ?? NO_PRINTERS;

/** The other one. */
export const otherOf = (which: WhichPrinter): WhichPrinter => (which === "receipts" ? "labels" : "receipts");

/** Names a paper. */
export const paperOf = (what: string, of: string | null = null): PaperOf => ({ what, of, date: null, month: null });

/** How many papers wait, also of those that are not shown. */
export function waitingAt({ queue, count }: PrinterView): number {
  return count - queue.filter(({ state }) => state !== "waits").length;
}

/**
 * What needs a look at these printers: somebody has to answer, or to do something at a printer, or papers wait; null
 * where nothing does.
 */
export function toLookAt(printers: Partial<PrintersView>): ToLookAt | null {
  const there = PRINTERS.flatMap((which) => {
    const view = printers[which];
    return view === undefined || view.printer === null ? [] : [{ which, view }];
  });
  const count = there.flatMap(({ view }) => view.queue).filter(({ state }) => state === "in_doubt").length;
  if (count > 0) return { state: "in_doubt", count };
  const waiting = there.reduce((sum, { view }) => sum + waitingAt(view), 0);
  for (const { which, view } of there) {
    if (view.trouble !== null) return { state: "trouble", which, code: view.trouble, waiting };
  }
  return waiting > 0 ? { state: "waits", waiting } : null;
}

export function lookWords(look: ToLookAt): string {
  if (look.state === "in_doubt") return t("printer.doubt", { count: look.count });
  if (look.state === "waits") return t("printer.waits", { count: look.waiting });
  const trouble = t(look.which === "receipts" ? "printer.mark" : "printer.markLabels", { trouble: named("printer.trouble", look.code) });
  return look.waiting > 0 ? `${trouble} · ${t("printer.andWait", { count: look.waiting })}` : trouble;
}

/** Words for what is on its way to a printer, by what it is called. */
const ASKED = {
  receipt: { printing: "receipt.printing", waits: "receipt.waits" },
  price_label: { printing: "label.printing", waits: "label.waits" },
  other: { printing: "paper.printing", waits: "paper.waits" },
} as const;

/** What is said of a paper that was just asked for. */
export function askedWords({ trouble }: PrinterView, what: string, count = 1): string {
  const words = what === "receipt" || what === "price_label" ? ASKED[what] : ASKED.other;
  return trouble === null ? t(words.printing, { count }) : t(words.waits, { count, trouble: named("printer.trouble", trouble) });
}

type ToPrint = Omit<Args<"print">, "printId">;

const isSame = (one: ToPrint, other: ToPrint) =>
  one.which === other.which && one.count === other.count && JSON.stringify(one.paper) === JSON.stringify(other.paper);

/** Prints a paper at one of the printers. Asked again after a silence, it is the same print. */
export function usePrint() {
  const asked = useRef<Args<"print"> | null>(null);
  const printing = useAct("print", () => {
    asked.current = null;
  });
  const print = (paper: PaperOf, which: WhichPrinter = "receipts", count = 1) => {
    if (printing.isPending) return;
    const toPrint = { paper, which, count };
    if (asked.current === null || !isSame(asked.current, toPrint)) asked.current = { printId: newId(), ...toPrint };
    printing.mutate(asked.current);
  };
  return { print, error: printing.error, isPending: printing.isPending, askedFor: printing.isSuccess ? printing.variables.paper : undefined };
}

export type PaperPrinting = {
  /** Prints a paper; `fromWindow` does it where this till has no printer for it, otherwise its text is printed from there. */
  print: (paper: PaperOf, fromWindow?: () => void) => void;
  /** Whether the printer does it, and not the window. */
  isByPrinter: boolean;
  isPending: boolean;
  error: BackendError | null;
  /** What is said of a paper that is on its way to the printer; null of every other. */
  said: (paper: PaperOf) => string | null;
};

/** Prints receipts, reports and slips: at the receipt printer, or where there is none from the window. */
export function usePrintPaper(): PaperPrinting {
  const { receipts } = usePrinters();
  const printing = usePrint();
  const { printText } = useWindowPrint();
  const [failed, setFailed] = useState<BackendError | null>(null);
  // Who only looks has no printer to print at, and has the window all the same.
  const may = useMay("sell");
  const isByPrinter = may && receipts.printer !== null;
  const textFromWindow = (paper: PaperOf) => {
    setFailed(null);
    void call("paper_file", { paper, copyId: null, form: "text_42" }).then(({ base64 }) => printText(textIn(base64)), setFailed);
  };
  return {
    print: (paper, fromWindow = () => textFromWindow(paper)) => (isByPrinter ? printing.print(paper) : fromWindow()),
    isByPrinter,
    isPending: printing.isPending,
    error: printing.error ?? failed,
    said: (paper) => {
      const { askedFor } = printing;
      return isByPrinter && JSON.stringify(askedFor) === JSON.stringify(paper) ? askedWords(receipts, paper.what) : null;
    },
  };
}

/** The text that a file in base64 holds. */
function textIn(base64: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)));
}

/** Whether something has been so for so long: what is over in a moment is not worth a look. */
export function useLasting(isSo: boolean, forMs: number): boolean {
  const [lasts, setLasts] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = window.setTimeout(() => setLasts(true), forMs);
    return () => {
      window.clearTimeout(timer);
      setLasts(false);
    };
  }, [isSo, forMs]);
  return lasts;
}
