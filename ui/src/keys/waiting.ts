import { useSyncExternalStore } from "react";

/** Codes that were scanned while something else was asked, in order. The sell screen takes them into its basket. */
let waiting: readonly string[] = [];
const listeners = new Set<() => void>();

function change(codes: readonly string[]): void {
  waiting = codes;
  for (const listener of listeners) listener();
}

/** Keeps a code for the basket. */
export function keepScan(code: string): void {
  change([...waiting, code]);
}

/** Hands over what waits, once. */
export function takeScans(): readonly string[] {
  const codes = waiting;
  if (codes.length > 0) change([]);
  return codes;
}

export function useWaiting(): readonly string[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => waiting,
  );
}
