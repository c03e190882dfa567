import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ExportBegun, ExportWhat } from "../../backend";
import { useAct } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Job, useJob } from "../../parts/Job";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { DateField } from "./RangeHead";
import type { Range } from "./range";
import reports from "./Reports.module.css";

const FORMS = ["csv", "json"] as const;

type Props = {
  /** The Z whose entries are saved, or the days that are proposed. */
  of: { z: string } | Range;
  onClose: () => void;
};

/** Saves entries, postings and Z as files, for whoever adds them up themselves. */
export function SaveFiles({ of, onClose }: Props) {
  const { status } = useDuty();
  const today = status.businessDate;
  const [days, setDays] = useState<Range>("z" in of ? { from: today, to: today } : of);
  const [form, setForm] = useState<(typeof FORMS)[number]>("csv");
  const [withNames, setWithNames] = useState(false);
  const [folder, setFolder] = useState(status.backup.folder ?? "");
  const [begun, setBegun] = useState<ExportBegun | null>(null);
  const job = useJob(begun?.job ?? null);
  const saving = useAct("export_book", setBegun);
  const isReady = folder.trim() !== "" && job?.state !== "running" && !saving.isPending;
  const what: ExportWhat = "z" in of ? { kind: "z", value: of.z } : { kind: "days", value: days };
  const save = () => {
    if (isReady) saving.mutate({ what, form, withNames, folder: folder.trim() });
  };
  return (
    <Dialog
      title={"z" in of ? t("export.titleZ", { no: of.z }) : t("export.title")}
      onClose={onClose}
      width={640}
      testid="export"
      acts={[{ id: "export.save", key: "F12", label: t("act.save"), run: save, main: true, disabled: !isReady }]}
    >
      <p className={layout.muted}>{t("export.lead")}</p>
      {!("z" in of) && (
        <div className={reports.dayHead}>
          <DateField label={t("range.from")} value={days.from} max={today} onValue={(from) => setDays({ from, to: days.to < from ? from : days.to })} testid="export-from" />
          <span aria-hidden>–</span>
          <DateField label={t("range.to")} value={days.to} max={today} onValue={(to) => setDays({ from: days.from > to ? to : days.from, to })} testid="export-to" />
        </div>
      )}
      <Choices label={t("export.form")} choices={FORMS.map((each) => ({ value: each, label: t(`export.form.${each}`) }))} chosen={form} onChoose={setForm} columns={2} testid="export-form" />
      <Checkbox label={t("export.withNames")} checked={withNames} onChange={(event) => setWithNames(event.currentTarget.checked)} data-testid="export-names" />
      <TextInput
        data-autofocus
        label={t("setup.backupFolder")}
        description={t("export.folderHint")}
        value={folder}
        onChange={(event) => setFolder(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        data-testid="export-folder"
      />
      {job !== null && <Job job={job} />}
      {begun !== null && job?.state === "done" && (
        <Notice tone="plain" testid="export-done">
          {t("export.saved", { folder: begun.folder })}
        </Notice>
      )}
      <Refusal error={saving.error} />
    </Dialog>
  );
}
