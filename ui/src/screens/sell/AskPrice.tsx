import { useState } from "react";
import type { BasketLineView } from "../../backend";
import { formatMoney, parseAmount } from "../../format";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

const REASONS = ["shelf_label", "damaged_pack", "agreed", "catalogue_wrong", "other"] as const;

/** F11: another price for the chosen line, with the reason; or the price that the catalogue lacks. */
export function AskPrice({ line, run, onClose }: { line: BasketLineView; run: RunBasket; onClose: () => void }) {
  const isMissing = line.unitPriceMinor === null;
  const [text, setText] = useState("");
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(null);
  const price = parseAmount(text);
  const given = isMissing ? "price_missing" : reason;
  const isRight = price !== null && price >= 0 && given !== null;
  const set = () => {
    if (price === null || price < 0 || given === null) return;
    onClose();
    void run("override_price", { lineNo: line.lineNo, unitPriceMinor: price, reason: given });
  };
  return (
    <Dialog
      title={t(isMissing ? "price.missing" : "sell.price")}
      onClose={onClose}
      width={560}
      acts={[
        ...REASONS.map((code, index) => ({ id: `price.${code}`, key: `Alt+${index + 1}`, label: t(`reason.${code}`), quiet: true, disabled: isMissing, run: () => setReason(code) })),
        { id: "price.set", key: "Enter", label: t("act.set"), main: true, disabled: !isRight, run: set },
      ]}
    >
      <p className={styles.about}>
        <b>{line.name}</b> · {line.unitPriceMinor === null ? t("product.noPrice") : t("price.now", { price: formatMoney(line.unitPriceMinor) })}
      </p>
      <AmountField label={t("price.field")} text={text} onText={setText} testid="price-field" autoFocus />
      {!isMissing && (
        <Choices
          label={t("price.why")}
          choices={REASONS.map((value, index) => ({ value, label: t(`reason.${value}`), keyName: `Alt+${index + 1}` }))}
          chosen={reason}
          onChoose={setReason}
          testid="price-reason"
        />
      )}
    </Dialog>
  );
}
