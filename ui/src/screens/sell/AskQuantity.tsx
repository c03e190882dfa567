import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { BasketLineView } from "../../backend";
import { parseCount } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

/** F6: how many packs of the chosen line. */
export function AskQuantity({ line, run, onClose }: { line: BasketLineView; run: RunBasket; onClose: () => void }) {
  const [text, setText] = useState(String(line.quantity));
  const quantity = parseCount(text);
  const isRight = quantity !== null && quantity >= 1 && quantity <= 9999;
  const set = () => {
    if (!isRight) return;
    onClose();
    void run("set_quantity", { lineNo: line.lineNo, quantity });
  };
  return (
    <Dialog title={t("sell.quantity")} onClose={onClose} acts={[{ id: "quantity.set", key: "Enter", label: t("act.set"), main: true, disabled: !isRight, run: set }]}>
      <p className={styles.about}>
        <b>{line.name}</b>
      </p>
      <TextInput
        data-autofocus
        data-testid="quantity-field"
        label={t("sell.packsField")}
        inputMode="numeric"
        value={text}
        error={!isRight && text !== "" ? t("sell.quantityRange") : undefined}
        onFocus={(event) => event.currentTarget.select()}
        onChange={(event) => setText(event.currentTarget.value)}
      />
    </Dialog>
  );
}
