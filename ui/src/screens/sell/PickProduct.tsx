import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductRow } from "../../backend";
import { useScan } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { inSight } from "../../parts/inSight";
import { ProductLine, useResults } from "./Results";
import styles from "./Sell.module.css";

/** Which product: typed or scanned, the best seller first. */
export function PickProduct({ title, onProduct, onClose }: { title: string; onProduct: (product: ProductRow) => void; onClose: () => void }) {
  const [text, setText] = useState("");
  const results = useResults(text);
  useScan(setText);
  const take = async () => {
    const product = await results.take(text.trim()).catch(() => undefined);
    if (product !== undefined) onProduct(product);
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      width={720}
      acts={[
        { id: "product.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => results.move(-1) },
        { id: "product.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => results.move(1) },
        { id: "product.take", key: "Enter", label: t("act.choose"), main: true, disabled: !results.isOpen, run: () => void take() },
      ]}
    >
      <TextInput data-autofocus data-testid="product-field" label={t("product.which")} value={text} maxLength={200} onChange={(event) => setText(event.currentTarget.value)} />
      <ul className={styles.rows} style={{ height: 344 }} role="listbox" aria-label={t("sell.results")}>
        {results.rows.map((row, index) => (
          <li role="presentation" key={row.productId}>
            <button type="button" tabIndex={-1} role="option" aria-selected={index === results.row} ref={index === results.row ? inSight : undefined} className={styles.row} onClick={() => onProduct(row)}>
              <ProductLine product={row} />
            </button>
          </li>
        ))}
        {results.isOpen && results.isFresh && results.rows.length === 0 && <li role="option" aria-disabled aria-selected={false} className={styles.noResult}>{t("product.none")}</li>}
      </ul>
    </Dialog>
  );
}
