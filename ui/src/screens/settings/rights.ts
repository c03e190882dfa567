import type { PermissionView, RightView } from "../../backend";
import { formatMoney, formatPercent } from "../../format";
import { t } from "../../messages/messages";

/** What one role may do of one thing, in a word or two. */
export function rightWords({ right, limit }: RightView, unit: PermissionView["unit"]): string {
  if (right === "up_to") return t("rights.upTo", { limit: unit === "percent" ? formatPercent(limit ?? 0) : formatMoney(limit ?? 0) });
  return t(right === "yes" ? "rights.yes" : right === "ask" ? "rights.ask" : "rights.no");
}
