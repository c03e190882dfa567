import { Button } from "@mantine/core";
import { useState } from "react";
import type { LotMarkView, LotView, ProductView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatCount, formatExpiry, isoDate } from "../../format";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { daysLeftWords, daysUntil } from "../sell/lots";
import { BlockLots } from "./BlockLots";
import styles from "./Lots.module.css";
import { ReleaseLots } from "./ReleaseLots";
import { StateMark } from "./StateMark";
import { lotsOfMark, originOfMark } from "./words";

/** The lots of a product on the shelf, what must not be sold of them, and who said so. */
export function ProductLots({ product }: { product: ProductView }) {
  const mayBlock = useMay("move_stock");
  const mayRelease = useMay("release_lots");
  const asked = useAsk("lot_marks", {});
  const marks = (asked.data ?? []).filter(({ productId }) => productId === product.row.productId);
  const [isBlocking, setBlocking] = useState(false);
  const [releasing, setReleasing] = useState<LotMarkView | null>(null);
  useKeys([
    { id: "product.block", key: "Alt+L", label: t("mark.title"), run: () => setBlocking(true), disabled: !mayBlock },
    ...marks.map((mark) => ({
      id: `product.release ${mark.markedId}`,
      label: `${t("mark.release")}: ${lotsOfMark(mark)}`,
      run: () => setReleasing(mark),
      disabled: !mayRelease,
    })),
  ]);
  return (
    <section>
      <div className={styles.sectionHead}>
        <h2>{t("product.lots")}</h2>
        {mayBlock && (
          <Button variant="default" onClick={() => setBlocking(true)} rightSection={<Kbd>Alt+L</Kbd>} data-testid="product-block">
            {t("mark.title")}
          </Button>
        )}
      </div>
      {product.lots.length === 0 ? <p className={layout.muted}>{t("product.noLots")}</p> : <LotTable lots={product.lots} />}
      {marks.length > 0 && (
        <ul className={styles.marks} data-testid="product-marks">
          {marks.map((mark) => (
            <li key={mark.markedId} data-testid="product-mark">
              <span>
                <StateMark reason={mark.state} /> <b>{lotsOfMark(mark)}</b>
                {mark.reference !== null && ` · ${mark.reference}`}
                <small>{originOfMark(mark)}</small>
              </span>
              {mayRelease && (
                <Button variant="default" onClick={() => setReleasing(mark)} data-testid="product-release">
                  {t("mark.release")}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {isBlocking && <BlockLots product={product} onClose={() => setBlocking(false)} onDone={() => setBlocking(false)} />}
      {releasing !== null && <ReleaseLots mark={releasing} onClose={() => setReleasing(null)} />}
    </section>
  );
}

function LotTable({ lots }: { lots: readonly LotView[] }) {
  const today = isoDate(Date.now());
  return (
    <table className={layout.table} data-testid="product-lots">
      <thead>
        <tr>
          <th>{t("product.lot")}</th>
          <th>{t("product.expiry")}</th>
          <th>{t("mark.stateNow")}</th>
          <th className={layout.number}>{t("reports.packs")}</th>
        </tr>
      </thead>
      <tbody>
        {lots.map(({ lot, expiry, packs, block, isExpiringSoon }) => (
          <tr key={lot ?? ""}>
            <td>{lot ?? t("product.lotUnknown")}</td>
            <td>
              {expiry !== null && formatExpiry(expiry)}
              {expiry !== null && isExpiringSoon && block !== "lot_expired" && <em className={styles.soon}> ⚠ {daysLeftWords(daysUntil(expiry, today))}</em>}
            </td>
            <td>{block !== null && <StateMark reason={block} />}</td>
            <td className={layout.number}>{formatCount(packs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
