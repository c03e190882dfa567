import type { ScannerVerdict } from "../../backend";
import { languageName } from "../../format";
import { lookUp, t } from "../../messages/messages";
import { named } from "../../messages/wording";
import type { Tone } from "../../parts/Notice";
import { TEST_CODES, type TestCode } from "./testCodes";

/** What each code has shown so far. */
export type Verdicts = Partial<Record<TestCode, ScannerVerdict>>;

/** The code is read as it should be, also where the scanner does not say which kind it was. */
export const isDone = ({ verdict }: ScannerVerdict): boolean => verdict === "good" || verdict === "prefix_missing";

/** The next code that was not read yet, or the same where all were. */
export function nextCode(verdicts: Verdicts, code: TestCode): TestCode {
  const from = TEST_CODES.indexOf(code) + 1;
  const inTurn = [...TEST_CODES.slice(from), ...TEST_CODES.slice(0, from)];
  return inTurn.find((other) => verdicts[other] === undefined) ?? code;
}

/** Red where codes are not read right, amber where something is better switched on; undefined where nothing was read. */
export function toneOf(verdict: ScannerVerdict | undefined): Tone | undefined {
  if (verdict === undefined) return undefined;
  if (verdict.verdict === "good") return "plain";
  return isDone(verdict) || verdict.verdict === "other_code" ? "amber" : "red";
}

/** What a scan has shown, and what to do. */
export function adviceWords({ verdict, scanner, till, other }: ScannerVerdict): string {
  const params = {
    scanner: scanner === null ? "" : languageName(scanner),
    till: till === null ? "" : languageName(till),
    other: other === null ? "" : named("tryScanner.code", other),
  };
  return lookUp(`tryScanner.advice.${verdict}`, params) ?? t("error.unknown", { code: verdict });
}

/** What all four come to; null until each was scanned. */
export function summary(verdicts: Verdicts): { tone: Tone; words: string } | null {
  const all = TEST_CODES.flatMap((code) => verdicts[code] ?? []);
  if (all.length < TEST_CODES.length) return null;
  const count = all.filter((each) => !isDone(each)).length;
  if (count > 0) return { tone: "red", words: t("tryScanner.someBad", { count, all: all.length }) };
  const hasPrefixes = all.every(({ verdict }) => verdict === "good");
  return hasPrefixes ? { tone: "plain", words: t("tryScanner.allGood") } : { tone: "amber", words: t("tryScanner.allRead") };
}
