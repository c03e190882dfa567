import { useSyncExternalStore } from "react";
import de from "./de.json";
import en from "./en.json";
import fr from "./fr.json";

/** The languages the app speaks; each file has the same keys (held by a test). */
export const LANGUAGES = ["en", "de", "fr"] as const;
export type Language = (typeof LANGUAGES)[number];

type Key = keyof typeof en;
type PluralBase<K> = K extends `${infer Base}.other` ? Base : never;
/** A key of the message files; `x.one` and `x.other` are asked for as `x` with a `count`. */
export type MessageKey = Key | PluralBase<Key>;
export type Params = Record<string, string | number>;

const FILES: Record<Language, Record<string, string>> = { en, de, fr };
const STORED = "pharmatill-language";

function initial(): Language {
  const stored = globalThis.localStorage?.getItem(STORED);
  const wanted = stored ?? globalThis.navigator?.language ?? "en";
  return LANGUAGES.find((language) => wanted.startsWith(language)) ?? "en";
}

let language: Language = initial();
let plural = new Intl.PluralRules(language);
const listeners = new Set<() => void>();

/** Changes the language of everything at once; amounts and dates follow through the locale. */
export function setLanguage(next: Language): void {
  if (next === language) return;
  speak(next);
  globalThis.localStorage?.setItem(STORED, next);
}

/** Speaks another language in this window alone; what was chosen for the till stays. */
export function speak(next: Language): void {
  if (next === language) return;
  language = next;
  plural = new Intl.PluralRules(next);
  for (const listener of listeners) listener();
}

export function currentLanguage(): Language {
  return language;
}

/** Redraws when the language changes; only the root needs it. */
export function useLanguage(): Language {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, currentLanguage);
}

/** Words for a key, with `{name}` replaced; a `count` chooses between `.one` and `.other`. */
export function t(key: MessageKey, params: Params = {}): string {
  const messages = FILES[language];
  let text = messages[key];
  if (typeof params.count === "number") {
    text = messages[`${key}.${plural.select(params.count)}`] ?? messages[`${key}.other`] ?? text;
  }
  return fill(text ?? key, params);
}

/** Words for a key that is only known at run time, e.g. by the code of a refusal; null if none. */
export function lookUp(key: string, params: Params = {}): string | null {
  const text = FILES[language][key];
  return text === undefined ? null : fill(text, params);
}

function fill(text: string, params: Params): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = params[name];
    return value === undefined ? whole : String(value);
  });
}
