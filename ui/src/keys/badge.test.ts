import { expect, it } from "vitest";
import { isBadge } from "./badge";
import { looksLikeCode } from "./scanner";

const BADGE = "PB012345678901234567890123456789";

it.each([
  [BADGE, true],
  [BADGE.toLowerCase(), true],
  [`]Q1${BADGE}`, true],
  [`${BADGE}\r`, true],
  [BADGE.slice(2), false],
  [BADGE.slice(0, -1), false],
  [`${BADGE}0`, false],
  ["4006381333931", false],
  ["B01-T2-K7F-000431", false],
])("%j is a badge: %s", (code, is) => expect(isBadge(code)).toBe(is));

it("a scanner's reading of a badge is taken for a code, and so for no typing", () => expect(looksLikeCode(BADGE)).toBe(true));
