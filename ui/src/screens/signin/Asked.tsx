import { useState } from "react";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import { Notice, Refusal } from "../../parts/Notice";
import { needWords } from "./needWords";
import styles from "./SignIn.module.css";

/** What somebody asks for at another till and the person on duty may allow: a line, and the answer by one key. */
export function Asked() {
  const asked = useAsk("approvals_asked", {});
  const [isOpen, setOpen] = useState(false);
  const decide = useAct("decide_approval", () => setOpen(false));
  const first = asked.data?.[0];
  useKeys([{ id: "frame.asked", key: "Alt+9", label: t("asked.answer"), run: () => setOpen(true), quiet: true, disabled: first === undefined }], "frame");
  if (first === undefined) return null;
  const who = t("asked.who", { person: first.person, no: first.tillNo ?? "?" });
  const answer = (isGiven: boolean) => {
    if (!decide.isPending) decide.mutate({ entryId: newId(), asked: first.entryId, isGiven });
  };
  return (
    <>
      <Notice tone="plain" testid="asked">
        {who} {needWords(first.permission, first.extent)}
        <button type="button" className={styles.elsewhere} onClick={() => setOpen(true)} data-testid="asked-answer">
          {t("asked.answer")} <Kbd>Alt+9</Kbd>
        </button>
      </Notice>
      {isOpen && (
        <Dialog
          title={t("asked.title")}
          onClose={() => setOpen(false)}
          width={560}
          testid="asked-dialog"
          acts={[
            { id: "asked.refuse", key: "Delete", label: t("asked.refuse"), run: () => answer(false) },
            { id: "asked.allow", key: "Enter", label: t("approval.allow"), main: true, run: () => answer(true) },
          ]}
        >
          <p className={styles.asked}>
            {needWords(first.permission, first.extent)}
            <span className={styles.role}>{who}</span>
          </p>
          <Refusal error={decide.error} />
        </Dialog>
      )}
    </>
  );
}
