import { formatAmount, formatMoney } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { PaperText } from "../../parts/Paper";
import { useLogo } from "../../parts/useLogo";
import type { WhichPrinter } from "../../frame/printing";
import { labelRows, sampleRows } from "./sample";
import styles from "./Settings.module.css";

/** Minor units: the price of what is sold on the sample alone. */
const PRICE = 795;

type Props = { which: WhichPrinter; columns: number; printsLogo: boolean };

/** A short receipt or a label, as wide as the paper is. */
export function PrinterSample({ which, columns, printsLogo }: Props) {
  const { till } = useDuty();
  const logo = useLogo();
  const product = t("printer.sampleProduct");
  const rows =
    which === "labels"
      ? labelRows(columns, product, formatMoney(PRICE))
      : sampleRows(columns, {
          head: [till.branchName, ...till.letterhead],
          receipt: t("printer.paper.receipt", { no: `${till.tillNo}-000042` }),
          product,
          price: formatAmount(PRICE),
          total: t("sell.total"),
        });
  return (
    <figure className={styles.sample}>
      <figcaption className={layout.muted}>{t(which === "labels" ? "printer.sampleLabel" : "printer.sample", { columns })}</figcaption>
      <PaperText text={rows.join("\n")} logo={which === "receipts" && printsLogo ? logo : null} columns={columns} testid="printer-sample" />
    </figure>
  );
}
