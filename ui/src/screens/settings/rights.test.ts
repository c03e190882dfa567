import { expect, it } from "vitest";
import { rightWords } from "./rights";

it("says each right in a word or two, with its limit in its own unit", () => {
  const right = (right: string, limit: number | null = null) => ({ role: "technician", right, limit });
  expect(rightWords(right("yes"), "nothing")).toBe("yes");
  expect(rightWords(right("ask"), "nothing")).toBe("with approval");
  expect(rightWords(right("no"), "nothing")).toBe("no");
  expect(rightWords(right("up_to", 500), "percent")).toBe("up to 5%");
  expect(rightWords(right("up_to", 5_000), "money")).toBe("up to €50.00");
});
