import type { ReceiptView } from "../backend";
import { t } from "../messages/messages";
import styles from "./parts.module.css";
import { QrCode } from "./QrCode";
import { qrPicture } from "./qr";

/** A receipt or report as the printer would put it: 42 columns, and the code that proves a Z. */
export function Paper({ receipt, testid = "receipt-text" }: { receipt: ReceiptView; testid?: string }) {
  const text = <PaperText text={receipt.text} testid={testid} />;
  if (receipt.code === null) return text;
  return (
    <div className={styles.withCode}>
      {text}
      <QrCode rows={receipt.code.rows} label={t("reports.code")} testid={`${testid}-code`} />
    </div>
  );
}

/** Rows of text as they are on paper. */
export function PaperText({ text, testid }: { text: string; testid: string }) {
  return (
    <pre className={`${styles.paper} selectable`} data-testid={testid}>
      {text}
    </pre>
  );
}

/** Prints this paper. */
export function printPaper(receipt: ReceiptView): void {
  const paper = document.createElement("pre");
  paper.append(receipt.text);
  printOnly(paper, ...(receipt.code === null ? [] : [printedCode(receipt.code.rows)]));
}

/** A code as it is printed, in black on what the printer has. */
function printedCode(rows: readonly string[]): SVGElement {
  const { side, path } = qrPicture(rows);
  const code = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  code.setAttribute("viewBox", `0 0 ${side} ${side}`);
  code.setAttribute("shape-rendering", "crispEdges");
  const dark = document.createElementNS("http://www.w3.org/2000/svg", "path");
  dark.setAttribute("d", path);
  code.append(dark);
  return code;
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
