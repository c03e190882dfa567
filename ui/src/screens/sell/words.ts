import type { BasketLineView, BasketView, DiscountView, HoldView } from "../../backend";
import { formatAmount, formatPercent, parseAmount, parsePercent } from "../../format";
import { lookUp, t } from "../../messages/messages";
import type { Stranger } from "./counter";

/** `10%` is a percentage, `1.50` an amount; null where it is neither. */
export function parseDiscount(text: string): DiscountView | null {
  if (text.includes("%")) {
    const percent = parsePercent(text);
    return percent === null ? null : { kind: "percent", value: percent };
  }
  const amount = parseAmount(text);
  return amount === null || amount < 0 ? null : { kind: "amount", value: amount };
}

export function discountWords(discount: DiscountView): string {
  return discount.kind === "percent" ? `−${formatPercent(discount.value)}` : `−${formatAmount(discount.value)}`;
}

/** What stands between a line and paying that is about the lot of its packs. */
const LOT_HOLDS = ["lot_recalled", "lot_damaged", "lot_expired", "lot_quarantined", "lot_on_hold", "lot_to_check"] as const;
type LotHold = (typeof LOT_HOLDS)[number];

/** Why the packs of a line must not be sold as they are, by their lot; null where they may be. */
export function lotHold(holds: readonly HoldView[], lineNo: number): LotHold | null {
  return LOT_HOLDS.find((code) => holds.some((hold) => hold.code === code && hold.lineNo === lineNo)) ?? null;
}

/** What stands between the basket and paying, with its way on. */
export function holdWords(hold: HoldView, basket: BasketView): string {
  const line = basket.lines.find((other) => other.lineNo === hold.lineNo);
  const name = line?.name ?? "";
  return lookUp(`hold.${hold.code}`, { name }) ?? lookUp(`error.${hold.code}`, { name }) ?? t("error.unknown", { code: hold.code });
}

/** Goods that come back keep the lot that they were sold with, and what the catalogue does not know has none. */
export const canChooseLot = (line: BasketLineView): boolean => line.quantity > 0 && !line.isUnknown;

/** What is to be done about a scan before paying. */
export function strangerFirst({ code, blocked }: Stranger): string {
  return blocked === undefined ? t("sell.strangerFirst", { code }) : t("sell.blockedFirst", { name: blocked.name });
}
