import type { BasketLineView, BasketView } from "../../backend";
import { AskByHand } from "./AskByHand";
import { AskDiscount } from "./AskDiscount";
import { AskLot } from "./AskLot";
import { AskPark } from "./AskPark";
import { AskPrice } from "./AskPrice";
import { AskQuantity } from "./AskQuantity";
import { AskRecall } from "./AskRecall";
import { AskTakeBack } from "./AskTakeBack";
import { AskVoidBasket } from "./AskVoidBasket";
import type { RunBasket } from "./useBasket";

/** A question that is open over the counter. */
export type Ask =
  | { kind: "quantity" | "discount" | "price" | "lot"; line: BasketLineView }
  | { kind: "unknown"; code: string | null; scanned?: string; isCode: boolean; name?: string }
  | { kind: "park" | "recall" | "voidBasket" | "takeBack" };

type Props = { ask: Ask; basket: BasketView; run: RunBasket; onClose: () => void };

export function Asks({ ask, basket, run, onClose }: Props) {
  switch (ask.kind) {
    case "quantity":
      return <AskQuantity line={ask.line} run={run} onClose={onClose} />;
    case "discount":
      return <AskDiscount line={ask.line} basket={basket} run={run} onClose={onClose} />;
    case "price":
      return <AskPrice line={ask.line} run={run} onClose={onClose} />;
    case "lot":
      return <AskLot line={ask.line} run={run} onClose={onClose} />;
    case "unknown":
      return <AskByHand code={ask.code} scanned={ask.scanned} isCode={ask.isCode} name={ask.name} run={run} onClose={onClose} />;
    case "park":
      return <AskPark run={run} onClose={onClose} />;
    case "recall":
      return <AskRecall run={run} onClose={onClose} />;
    case "voidBasket":
      return <AskVoidBasket basket={basket} run={run} onClose={onClose} />;
    case "takeBack":
      return <AskTakeBack run={run} onClose={onClose} />;
  }
}
