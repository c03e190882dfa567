import type { ReceiptView } from "../backend";
import { t } from "../messages/messages";
import { BarCode } from "./BarCode";
import { barsPicture } from "./bars";
import styles from "./parts.module.css";
import { QrCode } from "./QrCode";
import { qrPicture } from "./qr";

/** A receipt or report as the printer would put it: 42 columns, its barcode, and the code that proves it. */
export function Paper({ receipt, testid = "receipt-text" }: { receipt: ReceiptView; testid?: string }) {
  const { text, bars, barcode, code } = receipt;
  const rows = <PaperText text={text} testid={testid} />;
  if (bars === null && code === null) return rows;
  return (
    <div className={styles.withCode}>
      {rows}
      {bars !== null && <BarCode bars={bars} text={barcode ?? ""} testid={`${testid}-bars`} />}
      {code !== null && <QrCode rows={code.rows} label={t("reports.code")} testid={`${testid}-code`} />}
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

/** Prints this paper from the window. */
export function printPaper({ text, bars, barcode, code }: ReceiptView): void {
  printOnly(printedText(text), ...(bars === null ? [] : printedBars(bars, barcode ?? "")), ...(code === null ? [] : [printedCode(code.rows)]));
}

/** Prints a paper that is nothing but text from the window. */
export function printText(text: string): void {
  printOnly(printedText(text));
}

function printedText(text: string): Node {
  const paper = document.createElement("pre");
  paper.append(text);
  return paper;
}

/** A code as it is printed, in black on what the printer has. */
function printedCode(rows: readonly string[]): SVGElement {
  const { side, path } = qrPicture(rows);
  return printedPicture(`0 0 ${side} ${side}`, path);
}

/** A barcode as it is printed, and what it says. */
function printedBars(bars: string, text: string): Node[] {
  const { width, path } = barsPicture(bars);
  const picture = printedPicture(`0 0 ${width} 1`, path);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.classList.add("bars");
  const caption = document.createElement("p");
  caption.className = "bars";
  caption.append(text);
  return [picture, caption];
}

function printedPicture(viewBox: string, path: string): SVGElement {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  picture.setAttribute("viewBox", viewBox);
  picture.setAttribute("shape-rendering", "crispEdges");
  const dark = document.createElementNS("http://www.w3.org/2000/svg", "path");
  dark.setAttribute("d", path);
  picture.append(dark);
  return picture;
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
