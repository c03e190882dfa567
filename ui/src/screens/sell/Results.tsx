import { IconPrescription } from "@tabler/icons-react";
import { useCallback, useState } from "react";
import { call, type ProductRow } from "../../backend";
import { useAsk, useAskOnce } from "../../backend/queries";
import { formatAmount, formatCount, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { inSight } from "../../parts/inSight";
import styles from "./Sell.module.css";

const ROWS = 8;

/** What digits alone do: they find products, or wait for being a quantity or a code, as at the counter. */
type Digits = "wait" | "find";

/** One letter finds half of the catalogue and helps nobody. */
export const isSearch = (typed: string, digits: Digits) => typed.trim().length >= 2 && (digits === "find" || !/^\d+$/.test(typed.trim()));

const question = (typed: string) => ({ text: typed.trim(), limit: ROWS });

/** Resolves as soon as the rows for these words are there, so that they are drawn without waiting; and when they cannot be. */
export function useReady() {
  const ask = useAskOnce();
  return useCallback(
    async (typed: string, digits: Digits) => {
      if (isSearch(typed, digits)) await ask("find_products", question(typed)).catch(() => undefined);
    },
    [ask],
  );
}

/** What the typed words find; the best seller first and chosen. */
export function useResults(text: string, digits: Digits = "find") {
  const typed = text.trim();
  const isOpen = isSearch(typed, digits);
  const asked = useAsk("find_products", question(typed), { enabled: isOpen, keep: true });
  const [at, setAt] = useState({ text: typed, row: 0 });
  const rows = isOpen ? (asked.data?.rows ?? []) : [];
  const row = at.text === typed ? Math.min(at.row, Math.max(0, rows.length - 1)) : 0;
  const isFresh = isOpen && asked.data !== undefined && !asked.isPlaceholderData;
  return {
    isOpen,
    rows,
    row,
    chosen: rows[row],
    /** The rows are those of the words that stand in the field now. */
    isFresh,
    /** What Enter takes of what these words find; fast hands need not wait for the rows. */
    take: async (words: string): Promise<ProductRow | undefined> =>
      isFresh && words === typed ? rows[row] : (await call("find_products", question(words))).rows[0],
    move: (by: number) => setAt({ text: typed, row: Math.max(0, Math.min(rows.length - 1, row + by)) }),
  };
}

export function Results({ results, onTake }: { results: ReturnType<typeof useResults>; onTake: (productId: string) => void }) {
  const { rows, row, isFresh } = results;
  if (rows.length === 0 && !isFresh) return null;
  return (
    <ul className={styles.results} role="listbox" aria-label={t("sell.results")} data-testid="results">
      {rows.map((product, index) => (
        // By its place: with the next letter the same rows say something else, which is drawn sooner than new ones.
        <li role="presentation" key={index}>
          <button
            type="button"
            tabIndex={-1}
            role="option"
            aria-selected={index === row}
            ref={index === row ? inSight : undefined}
            className={styles.result}
            data-testid="result"
            onPointerDown={(event) => event.preventDefault()}
            onClick={() => onTake(product.productId)}
          >
            <ProductLine product={product} />
          </button>
        </li>
      ))}
      {rows.length === 0 && <li role="option" aria-disabled aria-selected={false} className={styles.noResult}>{t("sell.noResult")}</li>}
    </ul>
  );
}

/** Name, pack, what is special, stock and price of a product. */
export function ProductLine({ product }: { product: ProductRow }) {
  return (
    <>
      <span className={styles.name}>
        <span className={styles.title}>{keepStrength(product.name)}</span>
        <span className={styles.sub}>
          {product.pack} {product.rx && <RxMark />} {product.isWithdrawn && <em className={styles.warn}>{t("product.withdrawn")}</em>}
        </span>
      </span>
      <span className={styles.worth}>
        <span className={styles.amount}>
          {product.priceMinor === null ? <em className={styles.warn}>{t("product.noPrice")}</em> : formatAmount(product.priceMinor)}
        </span>
        <span className={styles.stock} data-low={product.onHand !== null && product.onHand <= 0}>
          {product.onHand !== null && t("product.onHand", { packs: formatCount(product.onHand) })}
        </span>
      </span>
    </>
  );
}

export function RxMark({ confirmed }: { confirmed?: boolean }) {
  return (
    <span className={styles.rx} data-confirmed={confirmed}>
      <IconPrescription size={16} stroke={1.75} aria-hidden />
      {confirmed === true ? t("line.rxConfirmed") : t("line.rx")}
    </span>
  );
}
