import { type ReactNode, useState } from "react";
import type { BackendError, ReceiptView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { askedWords, usePrint, usePrinter } from "../../frame/printing";
import { Notice } from "../../parts/Notice";
import { CopyDialog } from "./CopyDialog";
import styles from "./Sales.module.css";

type Copying = {
  print: (saleId: string) => void;
  error: BackendError | null;
  /** Said of a sale whose receipt is on its way to the printer. */
  said: (saleId: string) => ReactNode;
  /** The copy to look at, where there is no printer but that of the window. */
  dialog: ReactNode;
};

/** Prints the receipt of a sale again: on the printer of this till, or where there is none from the window. */
export function useCopy(): Copying {
  const view = usePrinter();
  const [copy, setCopy] = useState<ReceiptView | null>(null);
  const reprinting = useAct("reprint_sale", setCopy);
  const printing = usePrint();
  return {
    print: (saleId) => (view.printer === null ? reprinting.mutate({ entryId: newId(), saleId }) : printing.print(saleId)),
    error: reprinting.error ?? printing.error,
    said: (saleId) =>
      printing.askedFor === saleId && (
        <div className={styles.said}>
          <Notice tone="plain" testid="print-asked">
            {askedWords(view)}
          </Notice>
        </div>
      ),
    dialog: copy !== null && <CopyDialog receipt={copy} onClose={() => setCopy(null)} />,
  };
}
