import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { BasketLineView, BasketView } from "../../backend";
import { t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";
import { discountWords, parseDiscount } from "./words";

type On = "line" | "basket";

/** F7: a discount on the chosen line; F7 again for the whole basket. */
export function AskDiscount({ line, basket, run, onClose }: { line: BasketLineView; basket: BasketView; run: RunBasket; onClose: () => void }) {
  const [on, setOn] = useState<On>("line");
  const [text, setText] = useState("");
  const current = on === "line" ? line.discount : basket.discount;
  const discount = parseDiscount(text);
  const lineNo = on === "line" ? line.lineNo : null;
  const give = () => {
    if (discount === null) return;
    onClose();
    void run("set_discount", { lineNo, discount: discount.value === 0 ? null : discount });
  };
  const takeAway = () => {
    onClose();
    void run("set_discount", { lineNo, discount: null });
  };
  return (
    <Dialog
      title={t("sell.discount")}
      onClose={onClose}
      width={560}
      acts={[
        { id: "discount.other", key: "F7", label: t(on === "line" ? "discount.toBasket" : "discount.toLine"), quiet: true, run: () => setOn(on === "line" ? "basket" : "line") },
        { id: "discount.away", key: "Ctrl+Delete", label: t("discount.away"), disabled: current === null, run: takeAway },
        { id: "discount.give", key: "Enter", label: t("act.set"), main: true, disabled: discount === null, run: give },
      ]}
    >
      <Choices
        label={t("discount.on")}
        choices={[
          { value: "line", label: t("discount.line"), hint: line.name },
          { value: "basket", label: t("discount.basket"), keyName: "F7" },
        ]}
        chosen={on}
        onChoose={setOn}
        testid="discount-on"
      />
      <TextInput
        data-autofocus
        data-testid="discount-field"
        label={t("discount.field")}
        placeholder={current === null ? t("discount.example") : discountWords(current)}
        value={text}
        maxLength={16}
        error={text !== "" && discount === null ? t("discount.bad") : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <p className={styles.about}>{t("discount.hint")}</p>
    </Dialog>
  );
}
