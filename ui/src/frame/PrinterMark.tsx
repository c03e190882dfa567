import { IconPrinter } from "@tabler/icons-react";
import styles from "./Frame.module.css";
import { lookWords, toLookAt, useLasting, usePrinters } from "./printing";

/** Longer than a printer takes for a receipt. */
const SOON_OUT_MS = 3000;

/** That a printer needs a look; nothing while it just prints. The details open by it. */
export function PrinterMark({ onOpen }: { onOpen: () => void }) {
  const look = toLookAt(usePrinters());
  const waitsLong = useLasting(look?.state === "waits", SOON_OUT_MS);
  if (look === null || (look.state === "waits" && !waitsLong)) return null;
  const words = lookWords(look);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.mark} ${styles.printer}`}
      data-tone="waits"
      data-testid="printer-mark"
      data-state={look.state}
      title={`${words} · Alt+P`}
      onClick={onOpen}
    >
      <IconPrinter size={20} stroke={1.75} aria-hidden />
      <span>{words}</span>
    </button>
  );
}
