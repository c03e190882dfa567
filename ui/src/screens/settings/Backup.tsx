import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { JobView } from "../../backend";
import { useAct } from "../../backend/queries";
import { formatAgo, formatMoment } from "../../format";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import { Dialog } from "../../parts/Dialog";
import { Job, useJob } from "../../parts/Job";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { SHORTEST_PASSPHRASE } from "../setup/answers";
import styles from "./Settings.module.css";

/** Where the daily copy goes, how old it is, and making one now. */
export function Backup() {
  const { status } = useDuty();
  const { backup } = status;
  const may = useMay("settings");
  const [isSetting, setSetting] = useState(false);
  const [started, setStarted] = useState<JobView | null>(
    status.jobs.find(({ kind, state }) => kind === "backup" && state === "running") ?? null,
  );
  const job = useJob(started);
  const backing = useAct("back_up", setStarted);
  const isReady = may && backup.folder !== null && job?.state !== "running" && !backing.isPending;
  const backUp = () => {
    if (isReady) backing.mutate({});
  };
  useKeys([
    { id: "settings.backUp", key: "F6", label: t("settings.backUp"), run: backUp, disabled: !isReady },
    { id: "settings.backupFolder", label: t("settings.setBackup"), run: () => setSetting(true), disabled: !may },
  ]);
  return (
    <section className={styles.card} data-testid="settings-backup">
      <h2>{t("setup.step.backup")}</h2>
      <Facts
        facts={[
          [t("setup.backupFolder"), <span data-testid="backup-folder">{backup.folder ?? t("settings.noBackup")}</span>],
          [t("settings.lastBackup"), backup.lastMs === null ? t("settings.never") : `${formatMoment(backup.lastMs)} · ${formatAgo(backup.lastMs, status.nowMs)}`],
        ]}
      />
      {backup.failed !== null && (
        <Notice tone="red" testid="backup-failed">
          {lookUp(`error.${backup.failed}`) ?? t("error.unknown", { code: backup.failed })}
        </Notice>
      )}
      {backup.failed === null && backup.overdue && (
        <Notice tone="amber" testid="backup-overdue">
          {t(backup.folder === null ? "settings.backupMissing" : "settings.backupOverdue")}
        </Notice>
      )}
      {job !== null && <Job job={job} />}
      <Refusal error={backing.error} />
      {may ? (
        <div className={layout.acts}>
          <Button variant="default" onClick={() => setSetting(true)} data-testid="backup-set">
            {t("settings.setBackup")}
          </Button>
          <Button onClick={backUp} disabled={!isReady} rightSection={<Kbd>F6</Kbd>} data-testid="backup-now">
            {t("settings.backUp")}
          </Button>
        </div>
      ) : (
        <p className={layout.muted}>{t("may.managers")}</p>
      )}
      {isSetting && <SetBackup folder={backup.folder} onClose={() => setSetting(false)} />}
    </section>
  );
}

function SetBackup({ folder, onClose }: { folder: string | null; onClose: () => void }) {
  const [path, setPath] = useState(folder ?? "");
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const setting = useAct("set_backup", onClose);
  // A passphrase that stands already may stay.
  const isPassphraseRight = passphrase === "" ? folder !== null : passphrase.length >= SHORTEST_PASSPHRASE && passphrase === again;
  const isReady = path.trim() === "" ? folder !== null : isPassphraseRight;
  const save = () => {
    if (!isReady || setting.isPending) return;
    setting.mutate({ folder: path.trim() === "" ? null : path.trim(), recoveryPassphrase: passphrase === "" ? null : passphrase });
  };
  return (
    <Dialog
      title={t("settings.setBackup")}
      onClose={onClose}
      width={640}
      acts={[{ id: "backup.save", key: "F12", label: t("act.save"), run: save, main: true, disabled: !isReady }]}
    >
      <TextInput
        data-autofocus
        label={t("setup.backupFolder")}
        description={t("setup.backupFolderHint")}
        value={path}
        onChange={(event) => setPath(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-testid="backup-path"
      />
      <Notice tone="amber">{t("setup.passphraseWarning")}</Notice>
      <div className={layout.two}>
        <PasswordInput
          label={t("setup.passphrase")}
          description={folder === null ? undefined : t("settings.passphraseStays")}
          inputWrapperOrder={["label", "input", "description", "error"]}
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          error={passphrase !== "" && passphrase.length < SHORTEST_PASSPHRASE ? t("setup.trouble.tooShort", { least: SHORTEST_PASSPHRASE }) : undefined}
          autoComplete="new-password"
          data-testid="backup-passphrase"
        />
        <PasswordInput
          label={t("setup.passphraseAgain")}
          value={again}
          onChange={(event) => setAgain(event.currentTarget.value)}
          error={again !== "" && again !== passphrase ? t("setup.trouble.notTheSame") : undefined}
          autoComplete="new-password"
          data-testid="backup-passphrase-again"
        />
      </div>
      <Refusal error={setting.error} />
    </Dialog>
  );
}
