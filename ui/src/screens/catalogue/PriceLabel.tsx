import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductView } from "../../backend";
import { formatMoney, keepStrength } from "../../format";
import { usePaperFile } from "../../frame/paperFile";
import { askedWords, paperOf, usePrint, usePrinters } from "../../frame/printing";
import type { Act } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Notice, Refusal } from "../../parts/Notice";
import styles from "./Catalogue.module.css";
import { labelCount, labelPrinter, MOST_LABELS } from "./labels";

/** So many labels for the shelf, at the label printer, or where there is none at the receipt printer. */
export function PriceLabel({ product: { row }, onClose }: { product: ProductView; onClose: () => void }) {
  const printers = usePrinters();
  const printing = usePrint();
  const file = usePaperFile();
  const [text, setText] = useState("1");
  const [asked, setAsked] = useState(0);
  const which = labelPrinter(printers);
  const paper = paperOf("price_label", row.productId);
  const count = labelCount(text);
  const print = () => {
    if (count === null || which === null || printing.isPending) return;
    setAsked(count);
    printing.print(paper, which, count);
  };
  const acts: Act[] = [
    { id: "label.pdf", key: "F10", label: t("reports.pdf"), run: () => file.savePdf(paper) },
    ...(which === null ? [] : [{ id: "label.print", key: "Enter", label: t("receipt.print"), run: print, main: true, disabled: count === null }]),
  ];
  return (
    <Dialog title={t("label.title")} onClose={onClose} width={560} testid="price-label" acts={acts}>
      <p className={styles.about}>
        <b>{keepStrength(row.name)}</b>
        <br />
        {[row.pack, row.priceMinor === null ? "" : formatMoney(row.priceMinor)].filter((part) => part !== "").join(" · ")}
      </p>
      {which === null ? (
        <Notice tone="amber" testid="label-nowhere">
          {t("label.nowhere")}
        </Notice>
      ) : (
        <TextInput
          data-autofocus
          label={t("label.count")}
          description={t(which === "labels" ? "label.byLabels" : "label.byReceipts")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          error={count === null && text.trim() !== "" ? t("label.countHint", { most: MOST_LABELS }) : undefined}
          value={text}
          maxLength={2}
          inputMode="numeric"
          autoComplete="off"
          onChange={(event) => setText(event.currentTarget.value)}
          data-testid="label-count"
        />
      )}
      {which !== null && printing.askedFor !== undefined && (
        <Notice tone="plain" testid="print-asked">
          {askedWords(printers[which], paper.what, asked)}
        </Notice>
      )}
      {file.saved !== null && (
        <Notice tone="plain" testid="pdf-saved">
          {t("reports.saved", { place: file.saved })}
        </Notice>
      )}
      <Refusal error={printing.error ?? file.error} />
    </Dialog>
  );
}
