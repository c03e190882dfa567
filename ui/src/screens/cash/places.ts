import type { DrawerName, PlaceView } from "../../backend";
import { t } from "../../messages/messages";

/** A place that is no drawer, or the drawer that this till works with where none is named. */
export const placeAt = (place: string): PlaceView => ({ place, tillNo: null, letter: null });

/** A drawer as a place. */
export const drawerAt = (name: DrawerName): PlaceView => ({ place: "drawer", ...name });

/** What a drawer is called: by its till, or by the letter on it. */
export function drawerName({ tillNo, letter }: DrawerName): string {
  if (letter !== null) return t("drawer.name", { name: letter });
  return tillNo === null ? t("place.drawer") : t("place.drawerOf", { no: tillNo });
}

/** A place where the branch has cash, in words. */
export function placeName(place: PlaceView): string {
  switch (place.place) {
    case "safe":
      return t("place.safe");
    case "driver_bag":
      return t("place.driverBag");
    case "bank":
      return t("place.bank");
    default:
      return drawerName(place);
  }
}

/** A place by one word, for a choice: a drawer carries its number or letter. */
export function placeKey({ place, tillNo, letter }: PlaceView): string {
  const name = letter ?? tillNo;
  return name === null ? place : `${place} ${name}`;
}

/** Why cash goes from one place to another: only what can be meant there. */
export function sendReasons(from: PlaceView, to: PlaceView): readonly string[] {
  if (to.place === "bank") return ["to_bank"];
  if (to.place === "driver_bag") return ["delivery_tour"];
  if (to.place === "safe") return from.place === "drawer" ? ["too_much_cash", "shift_end"] : ["other"];
  return ["change_needed", "other"];
}
