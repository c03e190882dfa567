import type { ReceiptView } from "../backend";
import styles from "./parts.module.css";

/** A receipt or report as the printer would put it: 42 columns. */
export function Paper({ receipt, testid = "receipt-text" }: { receipt: ReceiptView; testid?: string }) {
  return (
    <pre className={`${styles.paper} paper selectable`} data-testid={testid}>
      {receipt.text}
    </pre>
  );
}

/** Prints the paper that is on the screen and nothing else (see the print rules in tokens.css). */
export function printPaper(): void {
  window.print();
}
