/**
 * Tells a scanner from a person by its speed. A scanner is a keyboard that types a code within a few
 * hundredths of a second and ends it with Enter or Tab; a person needs twice as long for every key.
 *
 * Keys that follow each other as fast as that are a run. A code is the last run, together with the
 * runs before it that it was cut from: a wireless scanner or a busy computer pauses now and then in
 * the middle of a code. What a person typed just before, such as `2*`, is no part of it. Where speed
 * leaves it open whether a single key belongs to the code, the code's check digit decides.
 *
 * Once a run is surely too fast for fingers its further characters are held back, so that a scan never
 * lands in a field; what had already landed is taken out again when the run turns out to be a scan, and
 * what was held back is given to the field when it does not. A field that mostly takes scans does not take
 * a digit before a scanner would have sent the next one: drawing the first digits of a code, only to take
 * them out again, would make the pack wait.
 */

/** Milliseconds for one character of a scanner, on average; people stay far above. */
const FASTEST_FINGERS_MS = 35;
/** Keys further apart than this belong to different runs. */
const RUN_GAP_MS = 50;
/** After a pause longer than this what was held back is given up. */
export const LONGEST_GAP_MS = 200;
/** A little later than that, so that the next key of a busy computer is not missed. */
const SILENCE_MS = LONGEST_GAP_MS + 50;
/** A busy computer can hold a scanner's keys up for as long as this in the middle of a code. */
const LONGEST_CUT_MS = 1500;
/** A digit that a scanner typed has its next one within this time; a person's lands so much later. */
const NEXT_DIGIT_MS = 40;
const SHORTEST_CODE = 6;
const FEWEST_DIGITS = 4;
/** Characters that may land before the rest is held back. */
const HOLD_AFTER = 3;
/** Above every barcode that names a pack; what is longer is not looked at. */
const MOST_KEYS = 256;

export type Key = { key: string; atMs: number };

/** A code was scanned; what has landed since its first key must be taken out of the fields again. */
export type Scan = { kind: "scan"; code: string; sinceMs: number };

/** What to do with the key that was just offered. */
export type Verdict =
  /** Let it through as usual. */
  | { kind: "pass" }
  /**
   * Keep it from the field: it belongs to a run that is too fast for fingers, or may. Silence after so long.
   * `isPack`: a scanner is surely typing digits, as those of a pack.
   */
  | { kind: "hold"; forMs: number; isPack: boolean }
  | Scan
  /** It was no scan after all: give `text` to the field, then let the key through. */
  | { kind: "release"; text: string };

/** A code has digits and no spaces; a fast-typed amount such as `120.50` is none. */
export function looksLikeCode(text: string): boolean {
  if (text.length < SHORTEST_CODE || /\s/.test(text)) return false;
  if (/^\d+[.,]\d{1,3}$/.test(text)) return false;
  return (text.match(/\d/g) ?? []).length >= FEWEST_DIGITS;
}

/** Nothing is missing in front: the check digit of the pack's number is right. */
export function isWhole(code: string): boolean {
  const data = code.replace(/^\][A-Za-z][0-9A-Za-z]\u001d?/, "");
  return isGtin(data) || (/^01\d{14}/.test(data) && isGtin(data.slice(2, 16)));
}

function isGtin(text: string): boolean {
  if (!/^(\d{8}|\d{12,14})$/.test(text)) return false;
  const weighted = [...text].reverse().map((digit, at) => Number(digit) * (at % 2 === 1 ? 3 : 1));
  return weighted.reduce((sum, each) => sum + each, 0) % 10 === 0;
}

export class ScanRecogniser {
  /** What was typed lately, oldest first; one person's or scanner's characters, without Enter. */
  #keys: Key[] = [];
  #held = "";
  /** What is held back is not surely too fast for fingers yet. */
  #isGuess = false;
  /** An Enter or Tab up to this time still belongs to the scan before it. */
  #endsUntilMs = Number.NEGATIVE_INFINITY;

  /** Offers one key press, without Ctrl, Alt or Meta. `isPatient`: the field can wait for its digits. */
  offer({ key, atMs }: Key, isPatient = false): Verdict {
    if (key === "Shift" || key === "CapsLock") return { kind: "pass" };
    if (key === "Enter" || key === "Tab") return this.#end(atMs);
    if ([...key].length !== 1) return this.#abandon();

    const last = this.#keys.at(-1);
    if (last !== undefined && (atMs - last.atMs > LONGEST_CUT_MS || this.#keys.length >= MOST_KEYS)) this.#keys = [];
    this.#keys.push({ key, atMs });
    const run = lastRun(this.#keys);
    const isFast = (this.#held !== "" && !this.#isGuess) || isTooFastForFingers(run);
    if (!isFast && !(isPatient && /\d/.test(key))) return this.#giveUp();
    this.#held += key;
    this.#isGuess = !isFast;
    return { kind: "hold", forMs: isFast ? SILENCE_MS : NEXT_DIGIT_MS, isPack: isFast && /^\d+$/.test(textOf(run)) };
  }

  /** Nothing came for a while: what was held back is a code without its Enter, or was no code. */
  silence(): Scan | { kind: "release"; text: string } {
    const text = this.#held;
    const scan = scanIn(this.#keys);
    this.#held = "";
    // A shorter or a longer code could still be going on.
    if (text === "" || this.#isGuess || scan === null || !/^\d{12,14}$/.test(scan.code) || !isWhole(scan.code)) return { kind: "release", text };
    this.#endsUntilMs = (this.#keys.at(-1)?.atMs ?? 0) + LONGEST_CUT_MS;
    this.#keys = [];
    return scan;
  }

  /** What was typed so far has had its effect and is no part of a code. */
  reset(): void {
    this.#keys = [];
    this.#held = "";
  }

  #end(atMs: number): Verdict {
    const last = this.#keys.at(-1);
    // Some scanners end a code with two keys.
    if (last === undefined && atMs <= this.#endsUntilMs) return { kind: "hold", forMs: SILENCE_MS, isPack: false };
    const scan = last === undefined || atMs - last.atMs > LONGEST_CUT_MS ? null : scanIn(this.#keys);
    if (scan === null) return this.#abandon();
    this.reset();
    this.#endsUntilMs = atMs + RUN_GAP_MS;
    return scan;
  }

  #abandon(): Verdict {
    const verdict = this.#giveUp();
    this.reset();
    return verdict;
  }

  #giveUp(): Verdict {
    const text = this.#held;
    this.#held = "";
    return text === "" ? { kind: "pass" } : { kind: "release", text };
  }
}

/** The code that the last of these keys end, if a scanner typed them. */
function scanIn(keys: readonly Key[]): Scan | null {
  const runs = runsOf(afterMultiplication(keys));
  let from = runs.length - 1;
  // Back over what the last run may have been cut from. Two single keys in a row are a person's.
  while (from > 0 && (isFast(runs[from - 1]) || (isSingle(runs[from - 1]) && isFast(runs[from - 2])))) from -= 1;
  // One key alone in front may be the first of the code, or a person's.
  const single = isSingle(runs[from - 1]) && !isNear(runs[from - 2], runs[from - 1]) ? from - 1 : from;

  const starts = runs.map((_, start) => start).slice(Math.max(0, single));
  const whole = starts.map((start) => runs.slice(start).flat()).find((code) => isWhole(textOf(code)) && isMachine(code, 2));
  // Without a check digit, letters that two fingers pressed almost at once are a person's.
  const likelyFrom = isNear(runs[single], runs[from]) ? single : from;
  const likely = runs.slice(runs.findIndex((run, at) => at >= likelyFrom && (isSingle(run) || /\d/.test(textOf(run))))).flat();
  const code = whole ?? (looksLikeCode(textOf(likely)) && isMachine(likely, 1) ? likely : []);
  return code[0] === undefined ? null : { kind: "scan", code: textOf(code), sinceMs: code[0].atMs };
}

const textOf = (keys: readonly Key[]) => keys.map(({ key }) => key).join("");
const isSingle = (run: readonly Key[] | undefined) => run?.length === 1;

/** No more between the two runs than a scanner's longest pause. */
function isNear(one: readonly Key[] | undefined, next: readonly Key[] | undefined): boolean {
  const [end, begin] = [one?.at(-1), next?.[0]];
  return end !== undefined && begin !== undefined && begin.atMs - end.atMs <= LONGEST_GAP_MS;
}

/** A quantity and its sign are a person's, and no code has such a sign in it. */
function afterMultiplication(keys: readonly Key[]): readonly Key[] {
  return keys.slice(keys.findLastIndex(({ key }) => key === "*" || key === "×") + 1);
}

function runsOf(keys: readonly Key[]): Key[][] {
  const runs: Key[][] = [];
  for (const key of keys) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run === undefined || last === undefined || key.atMs - last.atMs > RUN_GAP_MS) runs.push([key]);
    else run.push(key);
  }
  return runs;
}

const lastRun = (keys: readonly Key[]) => runsOf(keys).at(-1) ?? [];

/** At least two keys, as fast as no fingers are. */
const isFast = (run: readonly Key[] | undefined) => run !== undefined && run.length > 1 && isMachine(run, 0);

/** Typed by a machine, which may have been cut off so many times. */
function isMachine(keys: readonly Key[], cuts: number): boolean {
  const gapsMs = keys.slice(1).map(({ atMs }, at) => atMs - (keys[at]?.atMs ?? atMs));
  const within = gapsMs.filter((gap) => gap <= LONGEST_GAP_MS);
  return gapsMs.length - within.length <= cuts && within.reduce((sum, gap) => sum + gap, 0) < FASTEST_FINGERS_MS * within.length;
}

function isTooFastForFingers(run: readonly Key[]): boolean {
  if (run.length <= HOLD_AFTER) return false;
  // Names typed by a fast hand have no digits in front; codes do.
  if ((textOf(run).match(/\d/g) ?? []).length < HOLD_AFTER) return false;
  return isMachine(run, 0);
}
