// Opens saved Automerge documents and prints, for each file, every value under each key as hex: all that stand
// beside each other, not only the one that the library picks.
import { readFileSync } from "node:fs";
import { getConflicts, load } from "@automerge/automerge";

function content(file) {
  const document = load(new Uint8Array(readFileSync(file)));
  const valuesOf = (key) => Object.values(getConflicts(document, key) ?? { only: document[key] });
  return Object.fromEntries(Object.keys(document).map((key) => [key, valuesOf(key).map((bytes) => Buffer.from(bytes).toString("hex"))]));
}

process.stdout.write(JSON.stringify(process.argv.slice(2).map(content)));
