import { describe, expect, it } from "vitest";
import type { DisplayLine, DisplayView } from "../../backend";
import { follow, type Followed, packsShown, shownOf, sizeOf, told } from "./shown";

const line = (lineNo: number, quantity = 1, amountMinor = 450): DisplayLine => ({ lineNo, name: `Product ${lineNo}`, quantity, amountMinor });
const paid = { totalMinor: 2335, tenders: [{ kind: "cash", amountMinor: 3000 }], changeDueMinor: 665 };
const view: DisplayView = {
  pharmacy: "Apotheke am Markt",
  isOn: true,
  isPractice: false,
  country: "DE",
  currency: "EUR",
  timeZone: "Europe/Berlin",
  language: "de",
  lines: [],
  discountMinor: 0,
  totalMinor: 0,
  paid: null,
};

describe("what the customer sees", () => {
  it("is the basket, then how it was paid, then the pharmacy's name", () => {
    expect(shownOf({ ...view, lines: [line(1)] }, false)).toBe("basket");
    expect(shownOf({ ...view, paid }, false)).toBe("paid");
    expect(shownOf(view, false)).toBe("welcome");
    expect(shownOf(undefined, false)).toBe("welcome");
  });

  it("is the next basket rather than what was paid before", () => {
    expect(shownOf({ ...view, lines: [line(1)], paid }, false)).toBe("basket");
  });

  it("is nothing of a till that does not answer any more", () => {
    expect(shownOf({ ...view, lines: [line(1)] }, true)).toBe("welcome");
    expect(shownOf({ ...view, paid }, true)).toBe("welcome");
  });
});

describe("the line that the customer looks for", () => {
  const after = (before: Followed, lines: readonly DisplayLine[]) => follow(before, lines).newestNo;
  const three: Followed = { lines: [line(1), line(2), line(3)], newestNo: 3 };

  it("is the last of a basket that is seen for the first time", () => {
    expect(after({ lines: [], newestNo: null }, three.lines)).toBe(3);
  });

  it("is the one that came", () => {
    expect(after(three, [...three.lines, line(4)])).toBe(4);
    expect(after({ ...three, newestNo: 1 }, [...three.lines, line(4)])).toBe(4);
  });

  it("is the one of which there is one more now", () => {
    expect(after(three, [line(1), line(2, 2, 900), line(3)])).toBe(2);
  });

  it("is the one whose price is another now", () => {
    expect(after(three, [line(1, 1, 400), line(2), line(3)])).toBe(1);
  });

  it("is the counted one where that changes the price of others", () => {
    expect(after(three, [line(1, 2, 900), line(2), line(3, 1, 400)])).toBe(1);
  });

  it("stays where nothing changed or another one went", () => {
    expect(after({ ...three, newestNo: 2 }, three.lines)).toBe(2);
    expect(after({ ...three, newestNo: 2 }, [line(2), line(3)])).toBe(2);
  });

  it("is the last one left where it went itself, and none where all went", () => {
    expect(after(three, [line(1), line(2)])).toBe(2);
    expect(after(three, [])).toBeNull();
  });
});

describe("a line", () => {
  it("says how many packs only where there is not one", () => {
    expect([1, 2, 12, -1, -3].map(packsShown)).toEqual([null, 2, 12, null, 3]);
  });
});

describe("a sale that is paid", () => {
  it("says the change largest, and the total above it", () => {
    expect(told(paid)).toEqual({ main: "change", mainMinor: 665, totalMinor: 2335, tenders: paid.tenders });
  });

  it("says what was paid where there is no change", () => {
    const exact = { totalMinor: 2335, tenders: [{ kind: "card", amountMinor: 2335 }], changeDueMinor: 0 };
    expect(told(exact)).toEqual({ main: "paid", mainMinor: 2335, totalMinor: null, tenders: exact.tenders });
    expect(told({ ...exact, totalMinor: 0, tenders: [] }).main).toBe("paid");
  });

  it("says what was given back", () => {
    const back = { totalMinor: -450, tenders: [{ kind: "cash", amountMinor: -450 }], changeDueMinor: 0 };
    expect(told(back)).toMatchObject({ main: "given_back", mainMinor: -450 });
  });
});

describe("an amount", () => {
  it("is written smaller the longer it is", () => {
    expect(["€23.35", "1.234,56 €", "CHF 12’345.60"].map(sizeOf)).toEqual(["huge", "large", "long"]);
  });
});
