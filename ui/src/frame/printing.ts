import { useEffect, useRef, useState } from "react";
import type { Args, PrinterView } from "../backend";
import { newId } from "../backend/ids";
import { useAct, useAsk } from "../backend/queries";
import { t } from "../messages/messages";
import { named } from "../messages/wording";

/** What of the printer needs a look. */
export type ToLookAt =
  | { state: "in_doubt"; count: number }
  | { state: "trouble"; code: string; waiting: number }
  | { state: "waits"; waiting: number };

const NO_PRINTER: PrinterView = { printer: null, trouble: null, queue: [] };

/** The printer of this till and what it has still to print; none until that is known. */
export const usePrinter = (): PrinterView => useAsk("printer", {}).data ?? NO_PRINTER;

/** What needs a look: somebody has to answer, or to do something at the printer, or papers wait; null where nothing does. */
export function toLookAt({ printer, trouble, queue }: PrinterView): ToLookAt | null {
  if (printer === null) return null;
  const count = queue.filter(({ state }) => state === "in_doubt").length;
  const waiting = queue.filter(({ state }) => state === "waits").length;
  if (count > 0) return { state: "in_doubt", count };
  if (trouble !== null) return { state: "trouble", code: trouble, waiting };
  return waiting > 0 ? { state: "waits", waiting } : null;
}

export function lookWords(look: ToLookAt): string {
  if (look.state === "in_doubt") return t("printer.doubt", { count: look.count });
  if (look.state === "waits") return t("printer.waits", { count: look.waiting });
  const trouble = t("printer.mark", { trouble: named("printer.trouble", look.code) });
  return look.waiting > 0 ? `${trouble} · ${t("printer.andWait", { count: look.waiting })}` : trouble;
}

/** What is said of a paper that was just asked for. */
export const askedWords = ({ trouble }: PrinterView): string =>
  trouble === null ? t("receipt.printing") : t("receipt.waits", { trouble: named("printer.trouble", trouble) });

/** Prints a receipt, or a test page where no sale is named. Asked again after a silence, it is the same print. */
export function usePrint() {
  const asked = useRef<Args<"print"> | null>(null);
  const printing = useAct("print", () => {
    asked.current = null;
  });
  const print = (saleId: string | null) => {
    if (printing.isPending) return;
    if (asked.current?.saleId !== saleId) asked.current = { printId: newId(), saleId };
    printing.mutate(asked.current);
  };
  return { print, error: printing.error, isPending: printing.isPending, askedFor: printing.isSuccess ? printing.variables.saleId : undefined };
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
