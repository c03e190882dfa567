import type { SaleDone } from "../../backend";
import { Paper } from "../../parts/Paper";
import styles from "./Sell.module.css";

/** The receipt of the sale before: a long one is scrolled by keyboard, and a finger on it leaves the focus to the field. */
export function ReceiptPane({ sale }: { sale: SaleDone }) {
  return (
    <div className={styles.receipt} tabIndex={0} onPointerUp={({ currentTarget }) => currentTarget.blur()}>
      <Paper receipt={sale.receipt} />
    </div>
  );
}
