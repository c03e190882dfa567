import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import type { ProductRow } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatCount, keepStrength } from "../../format";
import { useMay, usePlace } from "../../frame/screens";
import { useKeys, useScan } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { RxMark } from "../sell/Results";
import styles from "./Catalogue.module.css";
import { EditProduct } from "./EditProduct";
import { ProductPage } from "./ProductPage";

const MOST = 500;

/** Found by words or by code on the left, the chosen product on the right. */
export function Products({ shown, onShow }: { shown: string | null; onShow: (productId: string | null) => void }) {
  const place = usePlace();
  const may = useMay("catalogue");
  const imports = useMay("import");
  const [text, setText] = useState("");
  const [isNew, setNew] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const found = useAsk("find_products", { text: text.trim(), limit: MOST }, { keep: true });
  const rows = found.data?.rows ?? [];
  // A product that another screen pointed at is shown even if it is not among the rows.
  const aimed = shown ?? place.aim.productId ?? null;
  const productId = rows.some((row) => row.productId === aimed) || (text === "" && aimed !== null) ? aimed : (rows[0]?.productId ?? null);
  const at = rows.findIndex((row) => row.productId === productId);

  const search = (next: string) => {
    setText(next);
    onShow(null);
  };
  useScan(search);
  useEffect(() => field.current?.focus(), []);
  useKeys([
    {
      id: "catalogue.find",
      key: "F2",
      label: t("catalogue.find"),
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
    { id: "catalogue.new", key: "F3", label: t("catalogue.new"), run: () => setNew(true), disabled: !may },
    { id: "catalogue.clear", key: "Escape", label: t("act.back"), run: () => search(""), disabled: text === "", quiet: true },
  ]);

  const count = found.data?.catalogueCount ?? 0;
  return (
    <div className={layout.split}>
      <div className={layout.left}>
        <div className={layout.head}>
          <TextInput
            ref={field}
            className={layout.search}
            aria-label={t("catalogue.find")}
            placeholder={t("catalogue.findHint")}
            leftSection={<IconSearch size={20} stroke={1.75} aria-hidden />}
            value={text}
            maxLength={200}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => search(event.currentTarget.value)}
            data-testid="catalogue-field"
          />
          {may && (
            <Button
              variant="default"
              onClick={() => setNew(true)}
              leftSection={<IconPlus size={20} stroke={1.75} />}
              rightSection={<Kbd>F3</Kbd>}
              data-testid="product-new"
            >
              {t("catalogue.new")}
            </Button>
          )}
        </div>
        {found.data === undefined ? (
          found.isError ? (
            <Failed error={found.error} again={() => void found.refetch()} />
          ) : (
            <Loading rows={10} height={64} />
          )
        ) : rows.length === 0 ? (
          <Empty testid="catalogue-empty" title={count === 0 ? t(imports ? "catalogue.emptyHere" : "catalogue.empty", { key: "F7" }) : t(may ? "catalogue.nothingHere" : "catalogue.nothing", { text: text.trim(), key: "F3" })} />
        ) : (
          <Rows
            rows={rows}
            rowKey={(row) => row.productId}
            height={80}
            grows
            at={at}
            onAt={(next) => onShow(rows[next]?.productId ?? null)}
            label={t("screen.catalogue")}
            testid="product-row"
            draw={(row) => <Brief product={row} />}
          />
        )}
        <footer className={styles.foot} data-testid="catalogue-count">
          {countWords(rows.length, count, text.trim() !== "")}
        </footer>
      </div>
      {productId !== null && <ProductPage key={productId} productId={productId} />}
      {isNew && (
        <EditProduct
          product={null}
          start={{ name: /^\d+$/.test(text.trim()) ? "" : text.trim(), code: /^\d{6,}$/.test(text.trim()) ? text.trim() : "" }}
          onClose={() => setNew(false)}
          onSaved={(saved) => {
            setNew(false);
            setText("");
            onShow(saved.row.productId);
          }}
        />
      )}
    </div>
  );
}

/** A product in the list: its name stands whole, because the strength is at its end. */
function Brief({ product }: { product: ProductRow }) {
  return (
    <span className={styles.brief} data-withdrawn={product.isWithdrawn}>
      <span className={styles.briefName}>{keepStrength(product.name)}</span>
      <span className={styles.briefPrice}>
        {product.priceMinor === null ? <em className={styles.warn}>{t("product.noPrice")}</em> : formatAmount(product.priceMinor)}
      </span>
      <span className={styles.briefPack}>
        {product.pack} {product.rx && <RxMark />} {product.isWithdrawn && <em className={styles.warn}>{t("product.withdrawn")}</em>}
      </span>
      <span className={styles.briefStock} data-below={product.onHand !== null && product.onHand < 0}>
        {product.onHand !== null && t("product.onHand", { packs: formatCount(product.onHand) })}
      </span>
    </span>
  );
}

/** How many products there are, and how many of them are shown. */
function countWords(shown: number, count: number, isSearch: boolean): string {
  const all = formatCount(count);
  if (count === 0) return "";
  if (shown >= MOST) return t("catalogue.first", { shown: formatCount(shown), all });
  return isSearch ? t("catalogue.found", { count: shown, all }) : t("catalogue.all", { count, all });
}
