/**
 * Tells a scanner from a person by its speed. A scanner is a keyboard that types a code within a few
 * hundredths of a second and ends it with Enter. Once a burst is surely too fast for fingers its
 * further characters are held back, so that a scan never lands in a quantity or an amount field;
 * what had already landed is taken out again when the burst turns out to be a scan, and what was
 * held back is given to the field when it does not.
 */

/** Milliseconds for one character, on average over the burst; people stay far above. */
const FASTEST_FINGERS_MS = 35;
/** A single pause longer than this ends a burst. */
export const LONGEST_GAP_MS = 200;
/** A busy computer can hold a scanner's keys up for as long as this in the middle of a code. */
const LONGEST_CUT_MS = 1500;
const SHORTEST_CODE = 6;
const FEWEST_DIGITS = 4;
/** Characters that may land before the rest is held back. */
const HOLD_AFTER = 3;

export type Key = { key: string; atMs: number };

/** What to do with the key that was just offered. */
export type Verdict =
  /** Let it through as usual. */
  | { kind: "pass" }
  /** Keep it from the field: it belongs to a burst that is too fast for fingers. */
  | { kind: "hold" }
  /** A code was scanned; what has landed of it must be taken out again. */
  | { kind: "scan"; code: string }
  /** It was no scan after all: give `text` to the field, then let the key through. */
  | { kind: "release"; text: string };

/** A code has digits and no spaces; a fast-typed amount such as `120.50` is none. */
export function looksLikeCode(text: string): boolean {
  if (text.length < SHORTEST_CODE || /\s/.test(text)) return false;
  if (/^\d+[.,]\d{1,3}$/.test(text)) return false;
  return (text.match(/\d/g) ?? []).length >= FEWEST_DIGITS;
}

export class ScanRecogniser {
  /** A burst of a scanner that was cut off before, and may be the beginning of this one. */
  #cut = "";
  #burst = "";
  #held = "";
  #firstAtMs = 0;
  #lastAtMs = 0;

  /** Offers one key press, without Ctrl, Alt or Meta. */
  offer({ key, atMs }: Key): Verdict {
    if (key === "Shift" || key === "CapsLock") return { kind: "pass" };
    if (key === "Enter") return this.#end(atMs);
    if ([...key].length !== 1) return this.#abandon();

    const belongs = this.#burst !== "" && atMs - this.#lastAtMs <= LONGEST_GAP_MS;
    const left = belongs ? "" : this.#held;
    if (!belongs) {
      this.#cut = this.#wasCut(atMs) ? this.#cut + this.#burst : "";
      this.#burst = "";
      this.#held = "";
      this.#firstAtMs = atMs;
    }
    this.#burst += key;
    this.#lastAtMs = atMs;
    if (left !== "") return { kind: "release", text: left };
    if (this.#held !== "" || this.#isTooFastForFingers()) {
      this.#held += key;
      return { kind: "hold" };
    }
    return { kind: "pass" };
  }

  /** The last key offered is the first of a code: it has not landed yet. */
  get hasJustBegun(): boolean {
    return this.#burst.length === 1 && this.#cut === "";
  }

  /** What was held back and never became a scan; call it when a burst has been silent. */
  giveUp(nowMs: number): string {
    if (this.#held === "" || nowMs - this.#lastAtMs <= LONGEST_GAP_MS) return "";
    const held = this.#held;
    this.#held = "";
    return held;
  }

  /** What was typed so far has had its effect and is no part of a code. */
  reset(): void {
    this.#clear();
  }

  #end(atMs: number): Verdict {
    const code = this.#cut + this.#burst;
    const held = this.#held;
    const perCharacterMs = (atMs - this.#firstAtMs) / this.#burst.length;
    this.#clear();
    if (looksLikeCode(code) && perCharacterMs < FASTEST_FINGERS_MS) return { kind: "scan", code };
    return held === "" ? { kind: "pass" } : { kind: "release", text: held };
  }

  #abandon(): Verdict {
    const held = this.#held;
    this.#clear();
    return held === "" ? { kind: "pass" } : { kind: "release", text: held };
  }

  #wasCut(atMs: number): boolean {
    const length = this.#burst.length;
    if (length < 2 || atMs - this.#lastAtMs > LONGEST_CUT_MS) return false;
    return (this.#lastAtMs - this.#firstAtMs) / (length - 1) < FASTEST_FINGERS_MS;
  }

  #isTooFastForFingers(): boolean {
    const length = this.#burst.length;
    if (length <= HOLD_AFTER) return false;
    // Names typed by a fast hand have no digits in front; codes do.
    if ((this.#burst.match(/\d/g) ?? []).length < HOLD_AFTER) return false;
    return (this.#lastAtMs - this.#firstAtMs) / (length - 1) < FASTEST_FINGERS_MS;
  }

  #clear(): void {
    this.#cut = "";
    this.#burst = "";
    this.#held = "";
  }
}
