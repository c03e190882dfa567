import { useMemo } from "react";
import type { LogoView, ReceiptView } from "../backend";
import { t } from "../messages/messages";
import { BarCode } from "./BarCode";
import { barsPicture } from "./bars";
import { heightOf, pictureOf, placeOn } from "./logo";
import styles from "./parts.module.css";
import { QrCode } from "./QrCode";
import { qrPicture } from "./qr";
import { useLogo } from "./useLogo";

const COLUMNS = 42;

/** A receipt or report as the printer would put it: the logo, 42 columns, its barcode, and the code that proves it. */
export function Paper({ receipt, testid = "receipt-text" }: { receipt: ReceiptView; testid?: string }) {
  const { text, bars, barcode, code } = receipt;
  const logo = useLogo();
  const rows = <PaperText text={text} logo={logo} testid={testid} />;
  if (bars === null && code === null) return rows;
  return (
    <div className={styles.withCode}>
      {rows}
      {bars !== null && <BarCode bars={bars} text={barcode ?? ""} testid={`${testid}-bars`} />}
      {code !== null && <QrCode rows={code.rows} label={t("reports.code")} testid={`${testid}-code`} />}
    </div>
  );
}

type PaperTextProps = {
  text: string;
  logo: LogoView | null;
  /** How many letters wide the paper is. */
  columns?: number;
  testid: string;
};

/** Rows of text as they are on paper, below the logo. */
export function PaperText({ text, logo, columns = COLUMNS, testid }: PaperTextProps) {
  return (
    <pre className={`${styles.paper} selectable`} data-testid={testid}>
      {logo !== null && <PaperLogo logo={logo} columns={columns} testid={`${testid}-logo`} />}
      {text}
    </pre>
  );
}

/** The logo in the middle of so many letters; its place has its height before the picture is drawn. */
function PaperLogo({ logo, columns, testid }: { logo: LogoView; columns: number; testid: string }) {
  const { src, style } = useMemo(() => ({ src: pictureOf(logo), style: logoStyle(logo, columns) }), [logo, columns]);
  return style !== null && <img className={styles.paperLogo} src={src} style={style} alt="" draggable={false} data-testid={testid} />;
}

/** The measures of a logo among letters of one width. */
function logoStyle(logo: LogoView, columns: number): { width: string; marginLeft: string; aspectRatio: string } | null {
  const place = placeOn(columns, logo);
  return place && { width: `${place.width}ch`, marginLeft: `${place.left}ch`, aspectRatio: `${logo.width} / ${heightOf(logo)}` };
}

/** Prints this paper from the window. */
export function printPaper({ text, bars, barcode, code }: ReceiptView, logo: LogoView | null): void {
  printOnly(printedText(text, logo), ...(bars === null ? [] : printedBars(bars, barcode ?? "")), ...(code === null ? [] : [printedCode(code.rows)]));
}

/** Prints a paper that is nothing but text from the window. */
export function printText(text: string, logo: LogoView | null): void {
  printOnly(printedText(text, logo));
}

function printedText(text: string, logo: LogoView | null): Node {
  const paper = document.createElement("pre");
  const style = logo && logoStyle(logo, COLUMNS);
  if (logo !== null && style !== null) {
    const picture = document.createElement("img");
    picture.src = pictureOf(logo);
    picture.alt = "";
    Object.assign(picture.style, style);
    paper.append(picture);
  }
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
  const pictures = [...printed.querySelectorAll("img")];
  if (pictures.length === 0) window.print();
  // A picture that cannot be drawn keeps no paper from being printed.
  else void Promise.allSettled(pictures.map((picture) => picture.decode())).then(() => window.print());
}
