import type { LotMarkDetail } from "../../backend";
import { formatCount, formatExpiry, formatMoment } from "../../format";
import { t } from "../../messages/messages";
import { blockWords } from "../../parts/blocks";
import { originOfMark } from "./words";

/** What is filed about a recall: what it is, what was found on the shelf, who got packs, and who signs for it. */
export function recallPaper({ mark, onShelf, sold, soldPacks, soldWithoutLot }: LotMarkDetail, branchName: string): Node[] {
  const facts = [
    [t("product.which"), [mark.name, mark.pack].filter((part) => part !== "").join(" · ")],
    [t("product.lots"), mark.lots.length === 0 ? t("mark.everyPack") : mark.lots.join(", ")],
    [t("mark.stateNow"), blockWords(mark.state)],
    [t("mark.reference"), mark.reference ?? ""],
    [t("mark.by"), originOfMark(mark)],
    [t("recall.atCustomers"), formatCount(soldPacks)],
    [t("recall.unknownLot"), formatCount(soldWithoutLot)],
  ];
  const shelf = onShelf.map(({ lot, expiry, packs }) => [lot ?? t("product.lotUnknown"), expiry === null ? "" : formatExpiry(expiry), formatCount(packs), ""]);
  const lines = sold.map(({ receiptNo, atMs, person, lot, packs }) => [receiptNo, formatMoment(atMs), person, lot ?? t("product.lotUnknown"), formatCount(packs)]);
  const signed = table([t("recall.date"), t("recall.signature")], [["", ""]]);
  for (const cell of signed.querySelectorAll("td")) Object.assign(cell.style, { width: "50%", height: "16mm" });
  return [
    words("h1", branchName),
    words("h2", t("recall.paper")),
    table(null, facts),
    words("h2", t("recall.onShelf")),
    table([t("product.lot"), t("product.expiry"), t("recall.byBook"), t("recall.found")], shelf),
    words("h2", t("recall.soldLines")),
    table([t("recall.receipt"), t("recall.when"), t("recall.person"), t("product.lot"), t("reports.packs")], lines),
    signed,
  ];
}

function words(tag: "h1" | "h2" | "th" | "td", text: string): HTMLElement {
  const element = document.createElement(tag);
  element.append(text);
  return element;
}

function table(head: readonly string[] | null, rows: readonly (readonly string[])[]): HTMLTableElement {
  const made = document.createElement("table");
  // On paper it is set apart from what follows.
  made.style.marginBottom = "6mm";
  if (head !== null) made.createTHead().insertRow().append(...head.map((text) => words("th", text)));
  const body = made.createTBody();
  for (const row of rows) body.insertRow().append(...row.map((text) => words("td", text)));
  return made;
}
