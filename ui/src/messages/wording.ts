import type { BackendError } from "../backend";
import { formatMoney } from "../format";
import { lookUp, type Params, t } from "./messages";

/** The words for a refusal or an error, by its code alone. */
export function wording(error: BackendError): string {
  return lookUp(`error.${error.code}`, params(error.detail)) ?? t("error.unknown", { code: error.code });
}

function params(detail: Record<string, unknown> | null): Params {
  const known: Params = {};
  for (const [name, value] of Object.entries(detail ?? {})) {
    if (typeof value === "number" && name.endsWith("_minor")) known[name] = formatMoney(value);
    else if (typeof value === "string" || typeof value === "number") known[name] = value;
  }
  return known;
}

/** The words for a reason or kind that the system names by a code, e.g. `reason.damaged`. */
export function named(prefix: string, code: string): string {
  return lookUp(`${prefix}.${code}`) ?? code;
}
