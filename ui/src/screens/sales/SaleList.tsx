import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { SaleRow } from "../../backend";
import { useDuty } from "../../frame/screens";
import { formatAmount, formatBusinessDate, formatTime, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import styles from "./Sales.module.css";

const ROW_PX = 56;

type Props = {
  rows: readonly SaleRow[];
  chosenId: string | null;
  onChoose: (saleId: string) => void;
  onEnd: () => void;
};

/** Virtual, never paginated: the next rows are fetched before the end is reached. */
export function SaleList({ rows, chosenId, onChoose, onEnd }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count: rows.length, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: 12 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  const at = rows.findIndex((row) => row.saleId === chosenId);

  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onEnd();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
    // Only a new choice scrolls; rows that arrive do not.
  }, [chosenId]);

  return (
    <div ref={scroller} className={styles.list} role="listbox" aria-label={t("screen.sales")} data-testid="sales-list">
      <div style={{ position: "relative", height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          return row === undefined ? null : (
            <Row key={row.saleId} row={row} top={item.start} isChosen={row.saleId === chosenId} onChoose={onChoose} />
          );
        })}
      </div>
    </div>
  );
}

function Row({ row, top, isChosen, onChoose }: { row: SaleRow; top: number; isChosen: boolean; onChoose: (saleId: string) => void }) {
  const { till } = useDuty();
  return (
    <div
      role="option"
      aria-selected={isChosen}
      tabIndex={-1}
      className={styles.row}
      style={{ transform: `translateY(${top}px)`, height: ROW_PX }}
      data-testid="sale-row"
      data-sale-id={row.saleId}
      onPointerDown={() => onChoose(row.saleId)}
    >
      <span className={styles.when}>
        <b>{formatTime(row.atMs)}</b>
        <small>{formatBusinessDate(row.businessDate, "short")}</small>
      </span>
      <span className={styles.what}>
        <span className={styles.title}>
          {row.kind !== "sale" && <em className={styles.kind}>{named("saleKind", row.kind)}</em>}
          <span className={styles.first}>{keepStrength(row.firstName)}</span>
          {row.lineCount > 1 && <span className={styles.more}>{t("sales.more", { count: row.lineCount - 1 })}</span>}
        </span>
        <small>
          {[row.receiptNo, row.person, row.tillNo === till.tillNo ? "" : t("frame.till", { no: row.tillNo }), row.hasRefunds ? t("sales.hasRefunds") : ""].filter((part) => part !== "").join(" · ")}
        </small>
      </span>
      <span className={styles.how}>{row.tenders.map((kind) => named("tender", kind)).join(", ")}</span>
      <span className={styles.amount} data-negative={row.totalMinor < 0}>
        {formatAmount(row.totalMinor)}
      </span>
    </div>
  );
}
