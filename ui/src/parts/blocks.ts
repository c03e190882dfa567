import { formatExpiry } from "../format";
import { t } from "../messages/messages";
import { named } from "../messages/wording";

/** Why packs must not be sold, as `lot_recalled` of a lot or `recalled` of what was found about it. */
export function blockWords(reason: string, expiry: string | null = null): string {
  const state = reason.replace(/^lot_/, "");
  return state === "expired" && expiry !== null ? t("lotState.expiredOn", { date: formatExpiry(expiry) }) : named("lotState", state);
}
