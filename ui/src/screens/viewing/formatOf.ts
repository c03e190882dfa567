import type { ViewedBranch } from "../../backend";
import { localeOf } from "../../format";
import { currentLanguage } from "../../messages/messages";

/** How amounts and times are written in a branch. */
export const formatOf = (branch: ViewedBranch) => ({ locale: localeOf(currentLanguage(), branch.country), currency: branch.currency, timeZone: branch.timeZone });
