import { useState } from "react";
import type { LotMarkView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Notice, Refusal } from "../../parts/Notice";
import { MarkFacts } from "./MarkFacts";
import styles from "./Lots.module.css";

/** Asks once more before what was blocked may be sold again. */
export function ReleaseLots({ mark, onClose }: { mark: LotMarkView; onClose: () => void }) {
  const [entryId] = useState(newId);
  const releasing = useAct("release_lots", onClose);
  const release = () => {
    if (!releasing.isPending) releasing.mutate({ entryId, markedId: mark.markedId });
  };
  return (
    <Dialog
      title={t("mark.releaseTitle")}
      onClose={onClose}
      width={560}
      testid="release-lots"
      // Not by Enter, which a hand presses before it has read.
      acts={[{ id: "mark.releaseNow", key: "F12", label: t("mark.release"), main: true, run: release }]}
    >
      <p className={styles.about}>
        <b>{keepStrength(mark.name)}</b> · {mark.pack}
      </p>
      <MarkFacts mark={mark} />
      <Notice tone="amber">{t("mark.releaseAsk")}</Notice>
      <Refusal error={releasing.error} />
    </Dialog>
  );
}
