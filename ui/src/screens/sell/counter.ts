import { useSyncExternalStore } from "react";
import type { SaleDone } from "../../backend";

/** A code that came from the scanner and is no product of ours; it stays until somebody decides. */
export type Stranger = {
  code: string;
  /** As it came, where that is not how it is shown. */
  scanned?: string;
  /** Why it cannot be a code at all; null where the catalogue just does not know it. */
  reason: string | null;
  /** As it came, and the product where that much is certain: it can be sold without lot. */
  withoutLot?: { scanned: string; name: string; packs: number };
  /** Lot and expiry of a pack whose product code is still to be scanned. */
  part?: { lot: string | null; expiry: string | null };
  /** A pack that must not be sold, and why. */
  blocked?: { name: string; lot: string | null; expiry: string | null; reason: string };
};

/** A finished sale. */
export type Done = {
  sale: SaleDone;
  /** What was handed back where money goes to the customer (negative). */
  handedBackMinor: number | null;
  /** The next basket has begun beside it: packs were scanned while this one was paid. */
  isBeside: boolean;
};

/** What lies on the counter besides the basket, and stays there while another screen is looked at. */
export type Counter = {
  strangers: readonly Stranger[];
  /** The sale just finished: its change stays readable until the next scan or act at the basket. */
  done: Done | null;
};

let counter: Counter = { strangers: [], done: null };
const listeners = new Set<() => void>();

export function changeCounter(change: Partial<Counter>): void {
  const next = { ...counter, ...change };
  // What does not change redraws nothing.
  if (next.strangers === counter.strangers && next.done === counter.done) return;
  counter = next;
  for (const listener of listeners) listener();
}

export function addStranger(stranger: Stranger): void {
  const there = counter.strangers.find(({ code }) => code === stranger.code);
  if (there === undefined) return changeCounter({ strangers: [...counter.strangers, stranger] });
  if (there.withoutLot === undefined) return;
  // Two packs of one lot have the same code.
  const again = { ...there, withoutLot: { ...there.withoutLot, packs: there.withoutLot.packs + 1 } };
  changeCounter({ strangers: counter.strangers.map((one) => (one === there ? again : one)) });
}

export function dropStranger(code: string): void {
  changeCounter({ strangers: counter.strangers.filter((stranger) => stranger.code !== code) });
}

/** The product of a second code came: what was read of it stands in the basket. */
export function dropParts(): void {
  if (counter.strangers.some(({ part }) => part !== undefined)) {
    changeCounter({ strangers: counter.strangers.filter(({ part }) => part === undefined) });
  }
}

export function useCounter(): Counter {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => counter,
  );
}
