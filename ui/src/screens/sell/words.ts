import type { BasketLineView, BasketView, DiscountView, HoldView } from "../../backend";
import { formatAmount, formatPercent, parseAmount, parsePercent } from "../../format";
import { lookUp, t } from "../../messages/messages";

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

/** What stands between the basket and paying, with its way on. */
export function holdWords(hold: HoldView, basket: BasketView): string {
  const line = basket.lines.find((other) => other.lineNo === hold.lineNo);
  const name = line?.name ?? "";
  return lookUp(`hold.${hold.code}`, { name }) ?? lookUp(`error.${hold.code}`, { name }) ?? t("error.unknown", { code: hold.code });
}

const DAY_MS = 86_400_000;

/** `3 weeks` while a pack expires within a quarter of a year; null while there is time. */
export function expiryWarning(line: BasketLineView, nowMs: number): string | null {
  if (line.expiry === null) return null;
  const days = Math.floor((Date.parse(`${line.expiry}T23:59:59Z`) - nowMs) / DAY_MS);
  if (Number.isNaN(days) || days > 90) return null;
  if (days < 0) return t("line.expired");
  if (days < 14) return t("line.expiresDays", { count: days });
  return t("line.expiresWeeks", { count: Math.floor(days / 7) });
}
