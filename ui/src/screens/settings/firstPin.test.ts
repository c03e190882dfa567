import { expect, it } from "vitest";
import { proposePin } from "./firstPin";

const drawing = (...digits: number[]) => () => digits.shift() ?? 0;

it("proposes six digits, and eight for who decides about others", () => {
  expect(proposePin(false)).toMatch(/^\d{6}$/);
  expect(proposePin(true)).toMatch(/^\d{8}$/);
});

it("leaves out what is guessed easily", () => {
  expect(proposePin(false, drawing(1, 2, 1, 1, 3, 5, 5, 4, 9, 9, 0, 7))).toBe("135907");
});
