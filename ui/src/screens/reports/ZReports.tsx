import { Button } from "@mantine/core";
import { useState } from "react";
import type { ReportView, ZRow } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatBusinessDate, formatMoment, formatMoney, formatSigned } from "../../format";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useMay } from "../../frame/screens";
import { MailAsked, mailAct, useMailing } from "../../frame/useMailing";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Paper } from "../../parts/Paper";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { useWindowPrint } from "../../parts/useLogo";
import { OverShort } from "../drawer/OverShort";
import { Why } from "../drawer/Why";
import { Late } from "./Late";
import { PdfKeys } from "./PdfKeys";
import { ReportFigures } from "./ReportFigures";
import { SaveFiles } from "./SaveFiles";
import styles from "./Reports.module.css";

/** Every Z, newest first; the chosen one as paper and figures, printed again as a copy. */
export function ZReports() {
  const list = useAsk("z_reports", {});
  const [at, setAt] = useState(0);
  if (list.data === undefined) {
    return list.isError ? <Failed error={list.error} again={() => void list.refetch()} /> : <Loading rows={8} />;
  }
  if (list.data.length === 0) {
    return (
      <Empty testid="z-empty" title={t("reports.noZ")} />
    );
  }
  const chosen = list.data[Math.min(at, list.data.length - 1)];
  return (
    <div className={styles.zScreen} data-testid="z-reports">
      <Rows
        rows={list.data}
        rowKey={(row) => row.entryId}
        height={96}
        at={at}
        onAt={setAt}
        label={t("reports.zList")}
        testid="z-row"
        draw={(row) => <Row row={row} />}
      />
      {chosen !== undefined && <Shown key={chosen.entryId} entryId={chosen.entryId} />}
    </div>
  );
}

function Row({ row }: { row: ZRow }) {
  return (
    <span className={styles.zRow}>
      <span>{formatBusinessDate(row.businessDate, "short")}</span>
      <span className={layout.number}>{formatMoney(row.takingsMinor)}</span>
      <small>{row.person}</small>
      <small className={layout.number}>
        <OverShort minor={row.overShortMinor} />
      </small>
      <small>
        {row.zNo}
        {row.hasLate && (
          <span className={styles.zLate} data-testid="z-has-late">
            {t("late.mark")}
          </span>
        )}
      </small>
      {row.otherOverShortMinor !== 0 && <small className={layout.number}>{t("reports.zOther", { amount: formatSigned(row.otherOverShortMinor) })}</small>}
    </span>
  );
}

function Shown({ entryId }: { entryId: string }) {
  const z = useAsk("z_report", { entryId });
  const [copy, setCopy] = useState<ReportView | null>(null);
  const [isSaving, setSaving] = useState(false);
  const mayExport = useMay("export");
  const { printPaper } = useWindowPrint();
  const copying = useAct("reprint_z", (copied) => {
    setCopy(copied);
    printPaper(copied.receipt);
  });
  const [paper, countedPaper] = [paperOf("z", entryId), paperOf("counted", entryId)];
  const printing = usePrintPaper();
  const printingCount = usePrintPaper();
  const mailing = useMailing();
  const print = () =>
    printing.print(paper, () => {
      if (!copying.isPending) copying.mutate({ entryId: newId(), zId: entryId });
    });
  const printCount = () => printingCount.print(countedPaper);
  useKeys([
    { id: "z.copy", key: "F12", label: t("reports.copy"), run: print, main: true },
    { id: "z.printCount", key: "Shift+F12", label: t("reports.printCounted"), run: printCount, quiet: true },
    mailAct("z.mail", mailing, paper, z.data !== undefined),
    { id: "z.save", key: "Ctrl+Shift+S", label: t("export.actZ"), run: () => setSaving(true), disabled: !mayExport || z.data === undefined },
  ]);
  if (z.data === undefined) {
    return z.isError ? <Failed error={z.error} again={() => void z.refetch()} /> : <Loading rows={8} />;
  }
  const report = copy ?? z.data;
  return (
    <div className={styles.report} data-testid="z-report">
      <div className={styles.paperSide} tabIndex={0}>
        <Paper receipt={report.receipt} testid="z-text" />
      </div>
      <div className={styles.figureSide} tabIndex={0}>
        <h1>{t("reports.zTitle", { no: report.zNo ?? "", date: formatBusinessDate(report.businessDate) })}</h1>
        <p className={layout.muted}>{t("reports.closedAt", { moment: formatMoment(report.atMs), person: report.person })}</p>
        {copy !== null && (
          <Notice tone="plain" testid="z-copied">
            {t("reports.copied", { no: copy.receipt.copyNo })}
          </Notice>
        )}
        <Refusal error={copying.error} />
        <PdfKeys
          keys={[
            { id: "z.pdf", key: "F9", label: t("reports.pdfCopy"), paper, copyId: newId },
            { id: "z.counted", key: "F10", label: t("reports.pdfCounted"), paper: countedPaper },
          ]}
        >
          <Button onClick={print} loading={copying.isPending || printing.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="z-copy">
            {t("reports.copy")}
          </Button>
          <Button variant="default" onClick={printCount} rightSection={<Kbd>Shift+F12</Kbd>} data-testid="z-printCount">
            {t("reports.printCounted")}
          </Button>
          {mailing.isOffered && (
            <Button variant="default" onClick={() => mailing.ask(paper)} rightSection={<Kbd>Ctrl+E</Kbd>} data-testid="z-mail">
              {t("mail.by")}
            </Button>
          )}
          <Why cashSessionId={report.cashSessionId} overShortMinor={report.counted?.rows.find(({ kind }) => kind === "cash")?.overShortMinor ?? 0} />
        </PdfKeys>
        <PrintAsked printing={printing} paper={paper} />
        <PrintAsked printing={printingCount} paper={countedPaper} />
        <MailAsked mailing={mailing} paper={paper} />
        {mailing.dialog}
        <ReportFigures report={report} />
        {report.late !== null && <Late late={report.late} />}
      </div>
      {isSaving && report.zNo !== null && <SaveFiles of={{ z: report.zNo }} onClose={() => setSaving(false)} />}
    </div>
  );
}
