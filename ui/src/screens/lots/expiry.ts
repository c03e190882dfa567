import type { ExpiryBucket, ExpiryRow } from "../../backend";
import { formatCount } from "../../format";
import { t } from "../../messages/messages";

/** So many lots go in one writing off. */
export const MOST_LINES = 500;

/** Names a lot of a product. */
export const keyOf = ({ productId, lot }: ExpiryRow): string => `${productId} ${lot}`;

/** Which days a sum is about: `31 to 60 days`. */
export function bucketWords(buckets: readonly ExpiryBucket[], at: number): string {
  const days = buckets[at]?.days ?? 0;
  const before = buckets[at - 1]?.days ?? 0;
  if (at === 0) return t("expiry.past");
  return before === 0 ? t("expiry.upTo", { days }) : t("expiry.between", { from: before + 1, to: days });
}

export function daysWords(days: number): string {
  if (days < 0) return t("expiry.since", { count: -days });
  return days === 0 ? t("line.expiresToday") : t("line.expiresDays", { count: days });
}

/** Packs and value of the rows that somebody chose. Which ones these are is known here alone, so the desk cannot say it. */
export function sumOf(rows: readonly ExpiryRow[]): { packs: number; value: number } {
  let packs = 0;
  let value = 0;
  for (const row of rows) {
    packs += row.packs;
    value += row.valueMinor ?? 0;
  }
  return { packs, value };
}

export const lotCountWords = (lots: number): string => t("expiry.lots", { count: lots, lots: formatCount(lots) });
export const packCountWords = (packs: number): string => t("expiry.packs", { count: packs, packs: formatCount(packs) });

/** `3 batches · 12 packs`. */
export const countWords = (lots: number, packs: number): string => `${lotCountWords(lots)} · ${packCountWords(packs)}`;
