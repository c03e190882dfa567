import { describe, expect, it } from "vitest";
import { addUp, asTyped, parsePieces, readCounts, takeOut } from "./counting";

describe("pieces as typed", () => {
  it.each([
    ["", 0],
    ["12", 12],
    [" 7 ", 7],
    ["2*25+7", 57],
    ["2x25", 50],
    ["3×40+2×25+1", 171],
    ["100000", 100_000],
    ["100001", null],
    ["999999*999999", null],
    ["-1", null],
    ["1.5", null],
    ["2*", null],
    ["+2", null],
    ["twelve", null],
  ])("%j is %j", (text, pieces) => expect(parsePieces(text)).toBe(pieces));
});

it("names the first field that cannot be read and counts the others", () => {
  expect(readCounts([500, 200, 100], { 500: "2", 200: "?", 100: "" })).toEqual({
    denominations: [
      { valueMinor: 500, count: 2 },
      { valueMinor: 200, count: 0 },
      { valueMinor: 100, count: 0 },
    ],
    unreadable: 200,
  });
});

it("puts counts back into fields and leaves zeros empty", () => {
  expect(asTyped([{ valueMinor: 500, count: 2 }, { valueMinor: 200, count: 0 }])).toEqual({ 500: "2" });
});

describe("what goes to the safe", () => {
  const counted = [
    { valueMinor: 500, count: 3 },
    { valueMinor: 100, count: 2 },
  ];
  it("is what is counted without the float", () => {
    expect(takeOut(counted, [{ valueMinor: 500, count: 1 }])).toEqual({
      left: [
        { valueMinor: 500, count: 2 },
        { valueMinor: 100, count: 2 },
      ],
      tooMany: null,
    });
  });
  it("names a note of which more would stay than there is", () => {
    expect(takeOut(counted, [{ valueMinor: 100, count: 3 }]).tooMany).toBe(100);
    expect(takeOut(counted, [{ valueMinor: 200, count: 1 }]).tooMany).toBe(200);
  });
});

describe("what several people counted", () => {
  it("is added up by value, and what is not there is left out", () => {
    const coins = [
      { valueMinor: 50, count: 10 },
      { valueMinor: 20, count: 0 },
    ];
    const more = [
      { valueMinor: 50, count: 2 },
      { valueMinor: 2000, count: 3 },
    ];
    expect([...addUp([coins, more])]).toEqual([
      [50, 12],
      [2000, 3],
    ]);
  });
});
