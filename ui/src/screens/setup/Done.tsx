import { Button } from "@mantine/core";
import { IconCircleCheck } from "@tabler/icons-react";
import type { BackendError, JobView } from "../../backend";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { wording } from "../../messages/wording";
import { Job, useJob } from "../../parts/Job";
import { Kbd } from "../../parts/Kbd";
import { Notice } from "../../parts/Notice";
import styles from "./Setup.module.css";

/** What did not work once the pharmacy was founded. */
export type Refusals = { backup?: BackendError; catalogue?: BackendError };

type Props = { name: string; job: JobView | null; refusals: Refusals; onDone: () => void };

/** The pharmacy is founded; the catalogue may still be coming in, and selling need not wait for it. */
export function Done({ name, job: started, refusals, onDone }: Props) {
  const job = useJob(started);
  useKeys([
    { id: "setup.begin", key: "F12", label: t("setup.begin"), run: onDone, main: true },
    { id: "setup.beginEnter", key: "Enter", label: t("setup.begin"), run: onDone, quiet: true },
  ]);
  return (
    <div className={styles.step} data-testid="setup-done">
      <IconCircleCheck size={48} stroke={1.5} color="var(--accent)" aria-hidden />
      <h1 className={styles.title}>{t("setup.done", { name })}</h1>
      <p className={styles.lead}>{t("setup.doneLead")}</p>
      {job !== null && <Job job={job} />}
      {refusals.catalogue !== undefined && (
        <Notice tone="amber" testid="setup-import-refused">
          {t("setup.importRefused", { why: wording(refusals.catalogue) })}
        </Notice>
      )}
      {refusals.backup !== undefined && (
        <Notice tone="amber" testid="setup-backup-refused">
          {t("setup.backupRefused", { why: wording(refusals.backup) })}
        </Notice>
      )}
      <div className={styles.acts}>
        <Button size="lg" h={56} onClick={onDone} rightSection={<Kbd>F12</Kbd>} data-testid="setup-begin">
          {t("setup.begin")}
        </Button>
      </div>
    </div>
  );
}
