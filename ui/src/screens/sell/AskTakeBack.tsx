import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductRow } from "../../backend";
import { editableAmount, parseAmount, parseCount } from "../../format";
import { t } from "../../messages/messages";
import { useScan } from "../../keys/keys";
import { AmountField } from "../../parts/AmountField";
import { Dialog } from "../../parts/Dialog";
import { ReasonField, reasonActs, type RefundReason } from "../sales/ReasonField";
import { ProductLine, useResults } from "./Results";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

/** A pack comes back without its receipt: marked, and listed for the manager. */
export function AskTakeBack({ run, onClose }: { run: RunBasket; onClose: () => void }) {
  const [product, setProduct] = useState<ProductRow | null>(null);
  return product === null ? <WhichProduct onProduct={setProduct} onClose={onClose} /> : <HowMuch product={product} run={run} onClose={onClose} />;
}

function WhichProduct({ onProduct, onClose }: { onProduct: (product: ProductRow) => void; onClose: () => void }) {
  const [text, setText] = useState("");
  const results = useResults(text);
  useScan(setText);
  const take = () => results.isFresh && results.chosen !== undefined && onProduct(results.chosen);
  return (
    <Dialog
      title={t("sell.takeBack")}
      onClose={onClose}
      width={720}
      acts={[
        { id: "takeBack.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => results.move(-1) },
        { id: "takeBack.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => results.move(1) },
        { id: "takeBack.take", key: "Enter", label: t("act.choose"), main: true, disabled: results.chosen === undefined, run: take },
      ]}
    >
      <TextInput data-autofocus data-testid="takeback-field" label={t("takeBack.which")} value={text} onChange={(event) => setText(event.currentTarget.value)} />
      <ul className={styles.rows} style={{ height: 392 }} role="listbox" aria-label={t("sell.results")}>
        {results.rows.map((row, index) => (
          <li key={row.productId}>
            <button type="button" tabIndex={-1} role="option" aria-selected={index === results.row} className={styles.row} onClick={() => onProduct(row)}>
              <ProductLine product={row} />
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
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
    void run("unlinked_refund", { productId: product.productId, quantity, unitPriceMinor, reason });
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
