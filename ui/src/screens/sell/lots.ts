import type { BasketLineView, LineLotView } from "../../backend";
import { formatCount, formatExpiry } from "../../format";
import { t } from "../../messages/messages";

const DAY_MS = 86_400_000;

/** Days from one date to another, `YYYY-MM-DD` both; the last day itself is 0. */
export function daysUntil(date: string, today: string): number {
  return Math.round((Date.parse(date) - Date.parse(today)) / DAY_MS);
}

/** `12 days left`, or in weeks where there are many. */
export function daysLeftWords(days: number): string {
  if (days < 0) return t("line.expired");
  if (days === 0) return t("line.expiresToday");
  if (days < 14) return t("line.expiresDays", { count: days });
  return t("line.expiresWeeks", { count: Math.floor(days / 7) });
}

/** The lots of a line; where the desk does not say them, as after an update, what was scanned. */
function lotsOf({ lots, lot, expiry, quantity }: BasketLineView): readonly Pick<LineLotView, "lot" | "expiry" | "packs">[] {
  if (lots.length > 0) return lots;
  return lot === null && expiry === null ? [] : [{ lot, expiry, packs: Math.abs(quantity) }];
}

/** `batch A71 · exp 2027-03`, or where packs are of several lots how many are of each. */
export function lotsWords(line: BasketLineView): string {
  const lots = lotsOf(line);
  const isOne = lots.length === 1 && lots[0]?.packs === Math.abs(line.quantity);
  return lots
    .map(({ lot, expiry, packs }) => {
      const exp = expiry === null ? "" : t("line.expiry", { date: formatExpiry(expiry) });
      const name = isOne ? (lot === null ? "" : t("line.lot", { lot })) : `${formatCount(packs)} × ${lot ?? t("line.lotUnknown")}`;
      return [name, exp].filter((part) => part !== "").join(" · ");
    })
    .join(", ");
}

/** How long the pack that expires first may still be used; null while there is time. */
export function expiryWarning(line: BasketLineView, today: string): string | null {
  const soon = line.lots.filter(({ isExpiringSoon }) => isExpiringSoon);
  const days = soon.flatMap(({ expiry }) => (expiry === null ? [] : [daysUntil(expiry, today)]));
  return days.length === 0 ? null : daysLeftWords(Math.min(...days));
}
