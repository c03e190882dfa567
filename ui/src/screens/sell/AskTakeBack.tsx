import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductRow } from "../../backend";
import { newId } from "../../backend/ids";
import { editableAmount, parseAmount, parseCount } from "../../format";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Dialog } from "../../parts/Dialog";
import { ReasonField, reasonActs, type RefundReason } from "../sales/ReasonField";
import { PickProduct } from "./PickProduct";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

/** A pack comes back without its receipt: marked, and listed for the manager. */
export function AskTakeBack({ run, onClose }: { run: RunBasket; onClose: () => void }) {
  const [product, setProduct] = useState<ProductRow | null>(null);
  return product === null ? <PickProduct title={t("sell.takeBack")} onProduct={setProduct} onClose={onClose} /> : <HowMuch product={product} run={run} onClose={onClose} />;
}

function HowMuch({ product, run, onClose }: { product: ProductRow; run: RunBasket; onClose: () => void }) {
  const [price, setPrice] = useState(product.priceMinor === null ? "" : editableAmount(product.priceMinor));
  const [packs, setPacks] = useState("1");
  const [reason, setReason] = useState<RefundReason | null>(null);
  const unitPriceMinor = parseAmount(price);
  const quantity = parseCount(packs);
  const isRight = unitPriceMinor !== null && unitPriceMinor > 0 && quantity !== null && quantity > 0 && reason !== null;
  const takeBack = () => {
    if (!isRight) return;
    onClose();
    void run("unlinked_refund", { askId: newId(), productId: product.productId, quantity, unitPriceMinor, reason });
  };
  return (
    <Dialog title={t("sell.takeBack")} onClose={onClose} width={560} acts={[...reasonActs(setReason), { id: "takeBack.do", key: "Enter", label: t("sell.toBasket"), main: true, disabled: !isRight, run: takeBack }]}>
      <p className={styles.about}>
        <b>{product.name}</b> · {product.pack}
      </p>
      <div style={{ display: "grid", gridTemplateColumns: "1fr 128px", gap: 16 }}>
        <AmountField label={t("takeBack.price")} text={price} onText={setPrice} testid="takeback-price" autoFocus />
        <TextInput label={t("sell.packsField")} inputMode="numeric" value={packs} data-testid="takeback-quantity" onChange={(event) => setPacks(event.currentTarget.value)} />
      </div>
      <ReasonField reason={reason} onReason={setReason} />
      <p className={styles.about}>{t("takeBack.listed")}</p>
    </Dialog>
  );
}
