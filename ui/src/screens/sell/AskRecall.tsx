import { useState } from "react";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatMoment } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { inSight } from "../../parts/inSight";
import { Empty, Failed, Loading } from "../../parts/states";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

/** F3 on an empty counter: takes a parked basket back. */
export function AskRecall({ run, onClose }: { run: RunBasket; onClose: () => void }) {
  const parked = useAsk("parked", {});
  const [at, setAt] = useState(0);
  const rows = parked.data ?? [];
  const recall = (saleId: string | undefined) => {
    if (saleId === undefined) return;
    onClose();
    void run("recall", { saleId });
  };
  return (
    <Dialog
      title={t("recall.title")}
      onClose={onClose}
      width={640}
      acts={[
        { id: "recall.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => setAt(Math.max(0, at - 1)) },
        { id: "recall.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => setAt(Math.min(rows.length - 1, at + 1)) },
        { id: "recall.take", key: "Enter", label: t("recall.take"), main: true, disabled: rows.length === 0, run: () => recall(rows[at]?.saleId) },
      ]}
    >
      {parked.isPending && <Loading rows={3} />}
      {parked.isError && <Failed error={parked.error} again={() => void parked.refetch()} />}
      {parked.isSuccess && rows.length === 0 && <Empty title={t("recall.empty")} />}
      {rows.length > 0 && (
        <ul className={styles.rows} role="listbox" aria-label={t("recall.title")}>
          {rows.map((row, index) => (
            <li role="presentation" key={row.saleId}>
              <button type="button" tabIndex={-1} role="option" aria-selected={index === at} ref={index === at ? inSight : undefined} className={styles.row} data-testid="parked-row" onClick={() => recall(row.saleId)}>
                <span className={styles.name}>
                  <span className={styles.title}>{row.label === "" ? t("recall.unnamed") : row.label}</span>
                  <span className={styles.sub}>
                    {formatMoment(row.parkedAtMs)} · {row.person} · {t("sell.lines", { count: row.lineCount })}
                  </span>
                </span>
                <span className={styles.amount}>{formatAmount(row.totalMinor)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </Dialog>
  );
}
