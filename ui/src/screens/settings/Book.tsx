import { Button } from "@mantine/core";
import { useState } from "react";
import type { JobView } from "../../backend";
import { useAct } from "../../backend/queries";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Job, useJob } from "../../parts/Job";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import styles from "./Settings.module.css";

/** Verifies every hash, signature and sum of the book, while selling goes on. */
export function Book() {
  const { status } = useDuty();
  // One that was begun before this screen was left is still shown.
  const [started, setStarted] = useState<JobView | null>(status.jobs.find(({ kind }) => kind === "verify") ?? null);
  const job = useJob(started);
  const verifying = useAct("verify", setStarted);
  const may = useMay("verify");
  const isReady = may && job?.state !== "running" && !verifying.isPending;
  const verify = () => {
    if (isReady) verifying.mutate({});
  };
  useKeys([{ id: "settings.verify", key: "F7", label: t("settings.verify"), run: verify, disabled: !isReady }]);
  return (
    <section className={styles.card} data-testid="settings-book">
      <h2>{t("settings.book")}</h2>
      <p className={layout.muted}>{t("settings.bookLead")}</p>
      {job !== null && <Job job={job} />}
      <Refusal error={verifying.error} />
      {may ? (
        <div className={layout.acts}>
          <Button variant="default" onClick={verify} disabled={!isReady} rightSection={<Kbd>F7</Kbd>} data-testid="verify">
            {t("settings.verify")}
          </Button>
        </div>
      ) : (
        <p className={layout.muted}>{t("may.pharmacists")}</p>
      )}
    </section>
  );
}
