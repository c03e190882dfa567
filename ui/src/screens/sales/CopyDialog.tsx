import type { ReceiptView } from "../../backend";
import { t } from "../../messages/messages";
import { copyText } from "../../parts/clipboard";
import { Dialog } from "../../parts/Dialog";
import { Paper } from "../../parts/Paper";
import { useWindowPrint } from "../../parts/useLogo";
import styles from "./Sales.module.css";

/** The copy that was just recorded, marked as such. */
export function CopyDialog({ receipt, onClose }: { receipt: ReceiptView; onClose: () => void }) {
  const { printPaper } = useWindowPrint();
  return (
    <Dialog
      title={t("sales.copy")}
      onClose={onClose}
      width={560}
      acts={[
        { id: "copy.text", key: "Ctrl+C", label: t("receipt.copyText"), run: () => void copyText(receipt.text) },
        { id: "copy.print", key: "Enter", label: t("receipt.print"), main: true, run: () => printPaper(receipt) },
      ]}
    >
      <div className={styles.copy}>
        <Paper receipt={receipt} testid="copy-text" />
      </div>
    </Dialog>
  );
}
