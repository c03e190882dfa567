import { formatMoney, formatPercent } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";

const PERCENT = ["discount", "override_price"];
const MONEY = ["refund", "refund_unlinked", "paid_out", "sell_unknown"];

/** What is to be allowed, with how far it goes. */
export function needWords(permission: string, extent: number): string {
  const name = named("permission", permission);
  if (PERCENT.includes(permission) && extent > 0) return t("approval.extent", { name, extent: formatPercent(extent) });
  if (MONEY.includes(permission)) return t("approval.extent", { name, extent: formatMoney(extent) });
  return name;
}
