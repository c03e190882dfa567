import type { ReceiptView } from "../backend";
import styles from "./parts.module.css";

/** A receipt or report as the printer would put it: 42 columns. */
export function Paper({ receipt, testid = "receipt-text" }: { receipt: ReceiptView; testid?: string }) {
  return (
    <pre className={`${styles.paper} selectable`} data-testid={testid}>
      {receipt.text}
    </pre>
  );
}

/** Prints this paper. */
export function printPaper(receipt: ReceiptView): void {
  const paper = document.createElement("pre");
  paper.append(receipt.text);
  printOnly(paper);
}

/**
 * Prints this and nothing else, on as many pages as it needs (see the print rules in tokens.css).
 * It stays in the page, unseen, because some windows draw it only once a printer has been chosen.
 */
export function printOnly(...content: readonly Node[]): void {
  document.querySelector(".printed")?.remove();
  const printed = document.createElement("div");
  printed.className = "printed";
  printed.append(...content);
  document.body.append(printed);
  window.print();
}
