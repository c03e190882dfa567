import { Button } from "@mantine/core";
import { useState } from "react";
import { usePaperFile } from "../../frame/paperFile";
import { askedWords, paperOf, usePrint, usePrinters, type WhichPrinter } from "../../frame/printing";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { ScannerTry } from "./ScannerTry";
import styles from "./Settings.module.css";

const SHEET = paperOf("scanner_sheet");

/** Codes of each kind to try a scanner with: on the screen, at the printer that is chosen or as PDF. */
export function ScannerSheet({ which, canPrint }: { which: WhichPrinter; canPrint: boolean }) {
  const printers = usePrinters();
  const may = useMay("sell");
  const printing = usePrint();
  const file = usePaperFile();
  const [isTrying, setTrying] = useState(false);
  const print = () => {
    if (canPrint) printing.print(SHEET, which);
  };
  const save = () => file.savePdf(SHEET);
  useKeys([
    { id: "settings.scannerTry", label: t("tryScanner.title"), run: () => setTrying(true) },
    { id: "settings.scannerSheet", label: t("printer.scannerSheet"), run: print, disabled: !canPrint },
    { id: "settings.scannerPdf", label: t("printer.scannerPdf"), run: save },
  ]);
  return (
    <div className={styles.sheet}>
      <h3>{t("printer.scannerSheet")}</h3>
      <p className={layout.muted}>{t("printer.scannerLead")}</p>
      <div className={styles.cardActs}>
        <Button variant="default" onClick={() => setTrying(true)} data-testid="scanner-try">
          {t("tryScanner.title")}
        </Button>
        {may && (
          <Button variant="default" onClick={print} disabled={!canPrint} data-testid="scanner-print">
            {t("receipt.print")}
          </Button>
        )}
        <Button variant="default" onClick={save} loading={file.isPending} data-testid="scanner-pdf">
          {t("reports.pdf")}
        </Button>
      </div>
      {printing.askedFor !== undefined && (
        <Notice tone="plain" testid="scanner-asked">
          {askedWords(printers[which], SHEET.what)}
        </Notice>
      )}
      {file.saved !== null && (
        <Notice tone="plain" testid="pdf-saved">
          {t("reports.saved", { place: file.saved })}
        </Notice>
      )}
      <Refusal error={printing.error ?? file.error} />
      {isTrying && <ScannerTry onClose={() => setTrying(false)} />}
    </div>
  );
}
