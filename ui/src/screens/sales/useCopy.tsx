import { type ReactNode, useState } from "react";
import type { ReceiptView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { usePaperFile } from "../../frame/paperFile";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { t } from "../../messages/messages";
import { Notice, Refusal } from "../../parts/Notice";
import { CopyDialog } from "./CopyDialog";

type Copying = {
  print: (saleId: string) => void;
  savePdf: (saleId: string) => void;
  /** What became of it, said at the sale that it is of. */
  said: (saleId: string) => ReactNode;
  /** The copy to look at, where there is no printer but that of the window. */
  dialog: ReactNode;
};

/** The receipt of a sale once more: on the printer of this till, where there is none from the window, or as PDF. */
export function useCopy(): Copying {
  const [copy, setCopy] = useState<ReceiptView | null>(null);
  const reprinting = useAct("reprint_sale", setCopy);
  const printing = usePrintPaper();
  const file = usePaperFile();
  return {
    print: (saleId) => printing.print(paperOf("receipt", saleId), () => reprinting.mutate({ entryId: newId(), saleId })),
    savePdf: (saleId) => file.savePdf(paperOf("receipt", saleId), newId()),
    said: (saleId) => (
      <>
        <PrintAsked printing={printing} paper={paperOf("receipt", saleId)} />
        <Refusal error={reprinting.error ?? file.error} />
        {file.saved !== null && file.of?.of === saleId && (
          <Notice tone="plain" testid="pdf-saved">
            {t("reports.saved", { place: file.saved })}
          </Notice>
        )}
      </>
    ),
    dialog: copy !== null && <CopyDialog receipt={copy} onClose={() => setCopy(null)} />,
  };
}
