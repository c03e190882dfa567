import type { PlaceView } from "../../backend";
import { t } from "../../messages/messages";

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
      return place.tillNo === null ? t("place.drawer") : t("place.drawerOf", { no: place.tillNo });
  }
}

/** A place by one word, for a choice: the drawer of a till carries its number. */
export const placeKey = ({ place, tillNo }: PlaceView): string => (tillNo === null ? place : `${place} ${tillNo}`);

/** Why cash goes from one place to another: only what can be meant there. */
export function sendReasons(from: PlaceView, to: PlaceView): readonly string[] {
  if (to.place === "bank") return ["to_bank"];
  if (to.place === "driver_bag") return ["delivery_tour"];
  if (to.place === "safe") return from.place === "drawer" ? ["too_much_cash", "shift_end"] : ["other"];
  return ["change_needed", "other"];
}
