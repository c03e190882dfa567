import type { SaleDone } from "../../backend";
import { Paper } from "../../parts/Paper";
import styles from "./Sell.module.css";

export function ReceiptPane({ sale }: { sale: SaleDone }) {
  return (
    <div className={styles.receipt}>
      <Paper receipt={sale.receipt} />
    </div>
  );
}
