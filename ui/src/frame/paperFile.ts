import { useState } from "react";
import { type BackendError, type PaperOf, save } from "../backend";
import { useAct } from "../backend/queries";

/** Saves papers as PDF. */
export function usePaperFile() {
  const [saved, setSaved] = useState<string | null>(null);
  const [failed, setFailed] = useState<BackendError | null>(null);
  const making = useAct("paper_file", (file) => void save(file).then(setSaved, setFailed));
  const savePdf = (paper: PaperOf, copyId: string | null = null) => {
    if (making.isPending) return;
    setSaved(null);
    setFailed(null);
    making.mutate({ paper, copyId, form: "pdf" });
  };
  return {
    savePdf,
    /** Where the last one went. */
    saved,
    /** Which it was, or is to be. */
    of: making.variables?.paper,
    isPending: making.isPending,
    error: making.error ?? failed,
  };
}
