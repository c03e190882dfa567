import { formatAmount } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { PaperText } from "../../parts/Paper";
import { sampleRows } from "./sample";
import styles from "./Settings.module.css";

/** Minor units: the price of what is sold on the sample alone. */
const PRICE = 795;

/** A short receipt, as wide as the paper is. */
export function PrinterSample({ columns }: { columns: number }) {
  const { till } = useDuty();
  const rows = sampleRows(columns, {
    head: [till.branchName, ...till.letterhead],
    receipt: t("printer.receipt", { no: `${till.tillNo}-000042` }),
    product: t("printer.sampleProduct"),
    price: formatAmount(PRICE),
    total: t("sell.total"),
  });
  return (
    <figure className={styles.sample}>
      <figcaption className={layout.muted}>{t("printer.sample", { columns })}</figcaption>
      <PaperText text={rows.join("\n")} testid="printer-sample" />
    </figure>
  );
}
