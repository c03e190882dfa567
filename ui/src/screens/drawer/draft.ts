import { useState } from "react";

const PREFIX = "pharmatill-draft ";

/**
 * What is being typed, kept over leaving the screen and over a restart, until it is dropped. One
 * draft belongs to one thing, named by `of`: the numbers of one session never turn up in another.
 */
export function useDraft<T extends object>(of: string, empty: T): [T, (next: T) => void, () => void] {
  const key = PREFIX + of;
  const [value, setValue] = useState<T>(() => ({ ...empty, ...read<T>(key) }));
  const set = (next: T) => {
    setValue(next);
    localStorage.setItem(key, JSON.stringify(next));
  };
  const drop = () => localStorage.removeItem(key);
  return [value, set, drop];
}

function read<T>(key: string): T | null {
  const text = localStorage.getItem(key);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
