import { Button } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { type BackendError, type PaperFile, save } from "../../backend";
import { useAct } from "../../backend/queries";
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
  /** Which paper. Asked when the key is pressed, as a copy of a Z gets its id then. */
  paper: () => Partial<PaperFile> & { what: string };
};

/** Keys that save papers as PDF, beside what else is done with them, and where the last one went. */
export function PdfKeys({ keys, children }: { keys: readonly PdfKey[]; children?: ReactNode }) {
  const [saved, setSaved] = useState<string | null>(null);
  const [failed, setFailed] = useState<BackendError | null>(null);
  const making = useAct("paper_file", (file) => void save(file).then(setSaved, setFailed));
  const make = (paper: PdfKey["paper"]) => {
    if (making.isPending) return;
    setSaved(null);
    setFailed(null);
    making.mutate({ of: null, date: null, month: null, copyId: null, form: "pdf", ...paper() });
  };
  useKeys(keys.map(({ id, key, label, paper }) => ({ id, key, label, run: () => make(paper) })));
  return (
    <>
      <div className={styles.pdfKeys}>
        {children}
        {keys.map(({ id, key, label, paper }) => (
          <Button key={id} variant="default" onClick={() => make(paper)} rightSection={<Kbd>{key}</Kbd>} data-testid={id.replace(".", "-")}>
            {label}
          </Button>
        ))}
      </div>
      {saved !== null && (
        <Notice tone="plain" testid="pdf-saved">
          {t("reports.saved", { place: saved })}
        </Notice>
      )}
      <Refusal error={making.error ?? failed} />
    </>
  );
}
