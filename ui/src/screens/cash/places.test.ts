import { expect, it } from "vitest";
import { placeKey, sendReasons } from "./places";

const at = (place: string, tillNo: number | null = null) => ({ place, tillNo, letter: null });

it("offers the reasons that a way can have", () => {
  expect(sendReasons(at("drawer"), at("safe"))).toEqual(["too_much_cash", "shift_end"]);
  expect(sendReasons(at("safe"), at("drawer"))).toEqual(["change_needed", "other"]);
  expect(sendReasons(at("safe"), at("bank"))).toEqual(["to_bank"]);
  expect(sendReasons(at("drawer"), at("driver_bag"))).toEqual(["delivery_tour"]);
  expect(sendReasons(at("driver_bag"), at("safe"))).toEqual(["other"]);
});

it("tells drawers apart by their till or letter", () => {
  const lettered = { ...at("drawer"), letter: "B" };
  expect([at("safe"), at("drawer", 3), lettered].map(placeKey)).toEqual(["safe", "drawer 3", "drawer B"]);
});
