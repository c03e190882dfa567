import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { PaperOf } from "../../backend";
import { usePaperFile } from "../../frame/paperFile";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Notice, Refusal } from "../../parts/Notice";
import styles from "./Reports.module.css";

type PdfKey = {
  /** Names the key and its button. */
  id: string;
  key: string;
  label: string;
  paper: PaperOf;
  /** Of the copy of a Z; asked when the key is pressed. */
  copyId?: () => string;
};

/** Keys that save papers as PDF, beside what else is done with them, and where the last one went. */
export function PdfKeys({ keys, children }: { keys: readonly PdfKey[]; children?: ReactNode }) {
  const file = usePaperFile();
  const make = ({ paper, copyId }: PdfKey) => file.savePdf(paper, copyId?.() ?? null);
  useKeys(keys.map((each) => ({ id: each.id, key: each.key, label: each.label, run: () => make(each) })));
  return (
    <>
      <div className={styles.pdfKeys}>
        {children}
        {keys.map((each) => (
          <Button key={each.id} variant="default" onClick={() => make(each)} rightSection={<Kbd>{each.key}</Kbd>} data-testid={each.id.replace(".", "-")}>
            {each.label}
          </Button>
        ))}
      </div>
      {file.saved !== null && (
        <Notice tone="plain" testid="pdf-saved">
          {t("reports.saved", { place: file.saved })}
        </Notice>
      )}
      <Refusal error={file.error} />
    </>
  );
}
