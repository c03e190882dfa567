import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import de from "./de.json";
import en from "./en.json";
import fr from "./fr.json";
import { lookUp, t } from "./messages";

const FILES = { en, de, fr } as Record<string, Record<string, string>>;
const SRC = join(import.meta.dirname, "..");

/** Keys that are put together at run time from codes that the system or a list names. */
const BY_CODE = /\$\{[^}]+\}/;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return name === "bindings" ? [] : sources(path);
    return /\.tsx?$/.test(name) && !name.includes(".test.") ? [readFileSync(path, "utf8")] : [];
  });
}

const code = sources(SRC).join("\n");
// Every string that could be a key or the pattern of one: "sell.total", `tender.${kind}`.
const literals = [...code.matchAll(/"([a-zA-Z]+(?:\.[\w]+)+)"|`([a-zA-Z]+(?:\.(?:[\w]+|\$\{[^}]+\}))+)`/g)].map((found) => found[1] ?? found[2] ?? "");
// `named("role", code)` asks for `role.<code>`.
const prefixes = [...code.matchAll(/named\(\s*"([a-zA-Z.]+)"/g)].map((found) => `${found[1]}.\${code}`);
const exact = new Set(literals.filter((key) => !BY_CODE.test(key)));
const patterns = [...literals.filter((key) => BY_CODE.test(key)), ...prefixes].map(
  (key) => new RegExp(`^${key.split(/\$\{[^}]+\}/).map((part) => part.replace(/\./g, "\\.")).join("[\\w.]+")}$`),
);
const base = (key: string) => key.replace(/\.(one|other|many)$/, "");
const isUsed = (key: string) => exact.has(key) || exact.has(base(key)) || patterns.some((pattern) => pattern.test(key));

describe("messages", () => {
  it("are the same in every language", () => {
    for (const language of ["de", "fr"]) {
      expect(Object.keys(FILES[language] ?? {}).sort(), language).toEqual(Object.keys(en).sort());
    }
  });

  it("have the same places to fill in", () => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
    for (const [key, text] of Object.entries(en)) {
      for (const language of ["de", "fr"]) expect(places(FILES[language]?.[key] ?? ""), `${language} ${key}`).toEqual(places(text));
    }
  });

  it("say something", () => {
    for (const [language, messages] of Object.entries(FILES)) {
      for (const [key, text] of Object.entries(messages)) expect(text.trim(), `${language} ${key}`).not.toBe("");
    }
  });

  it("are all used", () => {
    expect(Object.keys(en).filter((key) => !isUsed(key))).toEqual([]);
  });

  it("choose one and other", () => {
    expect(t("sell.lines", { count: 1 })).toBe("1 line");
    expect(t("sell.lines", { count: 3 })).toBe("3 lines");
    expect(lookUp("error.no_such_code")).toBeNull();
  });
});
