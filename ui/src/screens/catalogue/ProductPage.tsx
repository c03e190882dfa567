import { Button } from "@mantine/core";
import { useState } from "react";
import type { ProductView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatCount, formatMoment, formatMoney, formatRate, keepStrength } from "../../format";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice } from "../../parts/Notice";
import { Failed, Loading } from "../../parts/states";
import { ProductLots } from "../lots/ProductLots";
import { RxMark } from "../sell/Results";
import styles from "./Catalogue.module.css";
import { ChangePrice } from "./ChangePrice";
import { EditProduct } from "./EditProduct";
import { PriceLabel } from "./PriceLabel";
import { fieldWords, SettleConflict, valuesWords } from "./SettleConflict";

/** One product from top to bottom: what it is, what it costs, how many and where, its prices. */
export function ProductPage({ productId }: { productId: string }) {
  const product = useAsk("product", { productId });
  const conflicts = useAsk("product_conflicts", {});
  const may = useMay("catalogue");
  const [doing, setDoing] = useState<"price" | "edit" | "settle" | "label" | null>(null);
  // A label without a price would be none.
  const canLabel = useMay("sell") && product.data !== undefined && product.data.row.priceMinor !== null;
  const conflict = conflicts.data?.find((each) => each.productId === productId);
  const isReady = may && product.data !== undefined;
  useKeys([
    { id: "product.price", key: "F6", label: t("product.changePrice"), run: () => setDoing("price"), disabled: !isReady },
    { id: "product.settle", key: "F8", label: t("conflict.decide"), run: () => setDoing("settle"), disabled: !may || conflict === undefined },
    { id: "product.label", key: "Ctrl+P", label: t("label.key"), run: () => setDoing("label"), disabled: !canLabel },
    { id: "product.edit", key: "F12", label: t("product.edit"), run: () => setDoing("edit"), main: true, disabled: !isReady },
  ]);
  if (product.data === undefined) {
    return product.isError ? <Failed error={product.error} again={() => void product.refetch()} /> : <Loading rows={8} />;
  }
  const close = () => setDoing(null);
  return (
    <article className={layout.page} data-testid="product-page">
      <Head product={product.data} />
      {conflict !== undefined && (
        <Notice tone="amber" testid="product-conflict">
          {t("conflict.apart", { field: fieldWords(conflict.field), values: valuesWords(conflict) })}
        </Notice>
      )}
      {(may || canLabel) && (
        <div className={layout.acts}>
          {may && conflict !== undefined && (
            <Button variant="default" onClick={() => setDoing("settle")} rightSection={<Kbd>F8</Kbd>} data-testid="product-settle">
              {t("conflict.decide")}
            </Button>
          )}
          {canLabel && (
            <Button variant="default" onClick={() => setDoing("label")} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="product-label">
              {t("label.key")}
            </Button>
          )}
          {may && (
            <>
              <Button variant="default" onClick={() => setDoing("price")} rightSection={<Kbd>F6</Kbd>} data-testid="product-price">
                {t("product.changePrice")}
              </Button>
              <Button onClick={() => setDoing("edit")} rightSection={<Kbd>F12</Kbd>} data-testid="product-edit">
                {t("product.edit")}
              </Button>
            </>
          )}
        </div>
      )}
      <About product={product.data} />
      <ProductLots product={product.data} />
      <Prices product={product.data} />
      {doing === "price" && <ChangePrice product={product.data} onClose={close} />}
      {doing === "label" && <PriceLabel product={product.data} onClose={close} />}
      {doing === "settle" && conflict !== undefined && <SettleConflict conflict={conflict} onClose={close} />}
      {doing === "edit" && <EditProduct product={product.data} onClose={close} onSaved={close} />}
    </article>
  );
}

function Head({ product }: { product: ProductView }) {
  const { till } = useDuty();
  const { row } = product;
  const tax = till.taxes.find(({ code }) => code === row.taxCode);
  return (
    <>
      <header>
        <h1 className={layout.title} data-testid="product-name">
          {keepStrength(row.name)}
        </h1>
        <p className={styles.pack}>
          {row.pack} {row.rx && <RxMark />}
        </p>
      </header>
      {row.isWithdrawn && <Notice tone="amber">{t("product.isWithdrawn")}</Notice>}
      <div className={styles.figures}>
        <div>
          <span className={layout.muted}>{t("product.price")}</span>
          <strong className={styles.price} data-testid="product-price-now">
            {row.priceMinor === null ? t("product.noPrice") : formatMoney(row.priceMinor)}
          </strong>
          <span className={layout.muted}>
            {named("tax", row.taxCode)}
            {tax !== undefined && ` ${formatRate(tax.ratePpm)}`}
          </span>
        </div>
        <div>
          <span className={layout.muted}>{t("product.onShelf")}</span>
          <strong className={styles.price} data-low={row.onHand !== null && row.onHand < 0}>
            {row.onHand === null ? "–" : formatCount(row.onHand)}
          </strong>
          <span className={layout.muted}>{t("product.packs", { count: row.onHand ?? 0 })}</span>
        </div>
      </div>
    </>
  );
}

function About({ product }: { product: ProductView }) {
  const facts: [string, string][] = [[t("product.codes"), product.codes.join(" · ")]];
  if (product.maker !== null) facts.push([t("product.maker"), product.maker]);
  if (product.atc !== null) facts.push([t("product.atc"), product.atc]);
  if (product.conditions.length > 0) facts.push([t("product.conditions"), product.conditions.join(" · ")]);
  if (product.reimbursement !== null) facts.push([t("product.reimbursement"), product.reimbursement]);
  facts.push([
    t("product.sources"),
    product.sources
      .map(({ source, releasedOn }) => {
        const name = named("source", source);
        return releasedOn === null ? name : `${name}, ${formatBusinessDate(releasedOn, "short")}`;
      })
      .join(" · "),
  ]);
  return <Facts facts={facts.filter(([, value]) => value !== "")} />;
}

function Prices({ product }: { product: ProductView }) {
  return (
    <section>
      <h2>{t("product.prices")}</h2>
      <table className={layout.table} data-testid="product-prices">
        <thead>
          <tr>
            <th>{t("product.since")}</th>
            <th>{t("product.from")}</th>
            <th className={layout.number}>{t("product.price")}</th>
          </tr>
        </thead>
        <tbody>
          {product.prices.map((price) => (
            <tr key={`${price.atMs} ${price.source} ${price.priceMinor}`}>
              <td>{formatMoment(price.atMs)}</td>
              <td>{price.person === "" ? named("source", price.source) : `${named("source", price.source)} · ${price.person}`}</td>
              <td className={layout.number}>{price.priceMinor === null ? t("product.noPrice") : formatMoney(price.priceMinor)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
