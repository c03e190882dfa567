import { createContext, useContext } from "react";
import type { StaffView, Status, TillView } from "../backend";

/** The screens of the rail, in its order. */
export const SCREENS = ["sell", "sales", "drawer", "catalogue", "branch", "reports", "accounts", "settings"] as const;
export type Screen = (typeof SCREENS)[number];

/** Where on a screen to begin, e.g. at one sale. */
export type Aim = { saleId?: string; productId?: string };

export type Place = { screen: Screen; aim: Aim; go: (screen: Screen, aim?: Aim) => void };
export const PlaceContext = createContext<Place | null>(null);

/** Which screen is shown, and the way to another. */
export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (place === null) throw new Error("outside of the frame");
  return place;
}

export type Duty = { status: Status; till: TillView; person: StaffView };
export const DutyContext = createContext<Duty | null>(null);

/** The till, who is on duty, and what is going on; known to every screen inside the frame. */
export function useDuty(): Duty {
  const duty = useContext(DutyContext);
  if (duty === null) throw new Error("outside of the frame");
  return duty;
}

/** Whether whoever is on duty may do it, by themselves or with somebody who allows it; a browser at a server never. */
export function useMay(permission: string): boolean {
  return useContext(DutyContext)?.status.may.includes(permission) ?? false;
}
