import { expect, it } from "vitest";
import { labelRows, sampleRows } from "./sample";

const sample = { head: ["Apotheke am Markt", "x".repeat(60)], receipt: "Receipt 1-000042", product: "Ibuprofen 400 mg film-coated tablets, for pain and fever", price: "7.95", total: "Total" };

it.each([32, 42, 48])("a row has %i characters, and an amount stands at its end", (columns) => {
  const rows = sampleRows(columns, sample);
  expect(Math.max(...rows.map((row) => row.length))).toBe(columns);
  const priced = rows.filter((row) => row.endsWith("7.95"));
  expect(priced.map((row) => row.length)).toEqual([columns, columns]);
  // Nothing of a name is lost where it breaks.
  expect(rows.join(" ").replace(/\s+/g, " ")).toContain(sample.product);
});

it("stands its head in the middle", () => {
  expect(sampleRows(42, sample)[0]).toBe(`${" ".repeat(12)}Apotheke am Markt`);
});

it("stands a label in the middle, and loses nothing of a name", () => {
  const rows = labelRows(32, sample.product, "7.95");
  expect(Math.max(...rows.map((row) => row.length))).toBeLessThanOrEqual(32);
  expect(rows.join(" ").replace(/\s+/g, " ").trim()).toBe(`${sample.product} 7.95`);
  expect(rows.at(-1)).toBe(`${" ".repeat(14)}7.95`);
});
