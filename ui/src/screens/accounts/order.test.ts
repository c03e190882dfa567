import { expect, it } from "vitest";
import { inOrder } from "./order";

const customer = (name: string, oldestMs: number | null) => ({ customerId: name, name, owesMinor: oldestMs === null ? 0 : 100, oldestMs });

it("puts the longest waiting first, and who owes nothing by name at the end", () => {
  const customers = [customer("Zoe", null), customer("Anna", 300), customer("Émile", null), customer("Ben", 100), customer("Franz", null)];
  expect(inOrder(customers).map(({ name }) => name)).toEqual(["Ben", "Anna", "Émile", "Franz", "Zoe"]);
  expect(customers[0]?.name).toBe("Zoe");
});
