import type { PaperOf } from "../backend";
import { Notice, Refusal } from "../parts/Notice";
import type { PaperPrinting } from "./printing";

/** What became of asking the printer for a paper: on its way, waiting, or refused; nothing where nobody asked. */
export function PrintAsked({ printing, paper }: { printing: PaperPrinting; paper: PaperOf }) {
  const said = printing.said(paper);
  return (
    <>
      {said !== null && (
        <Notice tone="plain" testid="print-asked">
          {said}
        </Notice>
      )}
      <Refusal error={printing.error} />
    </>
  );
}
