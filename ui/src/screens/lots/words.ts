import type { LotMarkView } from "../../backend";
import { formatMoment } from "../../format";
import { t } from "../../messages/messages";

/** Lots as typed or read from a letter: one after the other, by comma, semicolon or line. */
export function typedLots(text: string): string[] {
  const lots = text.split(/[,;\n]/).map((lot) => lot.trim());
  return [...new Set(lots.filter((lot) => lot !== ""))];
}

/** The lots of a mark; none named is every pack of the product. */
export function lotsOfMark({ lots }: LotMarkView): string {
  return lots.length === 0 ? t("mark.everyPack") : t("mark.lots", { count: lots.length, lots: lots.join(", ") });
}

/** Who said so, and when. */
export function originOfMark({ person, tillNo, atMs }: LotMarkView): string {
  return [person, tillNo === null ? "" : t("frame.till", { no: tillNo }), formatMoment(atMs)].filter((part) => part !== "").join(" · ");
}
