import { useState } from "react";
import type { ProductView } from "../../backend";
import { useAct } from "../../backend/queries";
import { editableAmount, formatMoney, parseAmount } from "../../format";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import styles from "./Catalogue.module.css";

/** Another price from now on; the old one stays in the history. */
export function ChangePrice({ product, onClose }: { product: ProductView; onClose: () => void }) {
  const { row } = product;
  const [text, setText] = useState(row.priceMinor === null ? "" : editableAmount(row.priceMinor));
  const saving = useAct("save_product", onClose);
  const priceMinor = parseAmount(text);
  const isReady = priceMinor !== null && priceMinor > 0;
  const save = () => {
    if (!isReady || saving.isPending) return;
    const { productId, code, name, pack, taxCode, rx, isWithdrawn } = row;
    saving.mutate({ productId, isNew: false, code, name, pack, priceMinor, taxCode, rx, isWithdrawn });
  };
  return (
    <Dialog
      title={t("product.changePrice")}
      onClose={onClose}
      acts={[{ id: "price.save", key: "Enter", label: t("act.save"), run: save, main: true, disabled: !isReady }]}
    >
      <p className={styles.about}>
        <b>{row.name}</b>
        <br />
        {row.priceMinor === null ? t("product.noPrice") : t("product.priceNow", { price: formatMoney(row.priceMinor) })}
      </p>
      <AmountField label={t("product.newPrice")} text={text} onText={setText} testid="new-price" autoFocus />
      <Refusal error={saving.error} />
    </Dialog>
  );
}
