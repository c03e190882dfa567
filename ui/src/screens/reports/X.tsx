import { Button } from "@mantine/core";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatMoment } from "../../format";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useDuty, usePlace } from "../../frame/screens";
import { MailAsked, mailAct, useMailing } from "../../frame/useMailing";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Paper } from "../../parts/Paper";
import { Empty, Failed, Loading } from "../../parts/states";
import { useWindowPrint } from "../../parts/useLogo";
import { PdfKeys } from "./PdfKeys";
import { ReportFigures } from "./ReportFigures";
import styles from "./Reports.module.css";

const X_PAPER = paperOf("x");
const COUNT_SHEET = paperOf("count_sheet");

/** The X of the open session, as it stands now. */
export function X() {
  const { status } = useDuty();
  const place = usePlace();
  const isOpen = status.session !== null;
  const x = useAsk("x_report", {}, { enabled: isOpen });
  const printing = usePrintPaper();
  const sheet = usePrintPaper();
  const { printPaper } = useWindowPrint();
  const mailing = useMailing();
  const print = () => {
    const { data } = x;
    if (data !== undefined) printing.print(X_PAPER, () => printPaper(data.receipt));
  };
  const printSheet = () => sheet.print(COUNT_SHEET);
  useKeys([
    { id: "x.print", key: "F12", label: t("receipt.print"), run: print, main: true, disabled: x.data === undefined },
    { id: "x.printSheet", key: "Shift+F12", label: t("reports.printCountSheet"), run: printSheet, disabled: x.data === undefined, quiet: true },
    mailAct("x.mail", mailing, X_PAPER, x.data !== undefined),
  ]);
  if (!isOpen) {
    return (
      <Empty testid="x-empty" title={t("reports.noSession")}>
        <Button onClick={() => place.go("drawer")}>{t("reports.toDrawer")}</Button>
      </Empty>
    );
  }
  if (x.data === undefined) {
    return x.isError ? <Failed error={x.error} again={() => void x.refetch()} /> : <Loading rows={8} />;
  }
  return (
    <div className={styles.report} data-testid="x-report">
      <div className={styles.paperSide} tabIndex={0}>
        <Paper receipt={x.data.receipt} testid="x-text" />
      </div>
      <div className={styles.figureSide} tabIndex={0}>
        <h1>{t("reports.xTitle", { date: formatBusinessDate(x.data.businessDate) })}</h1>
        <p className={layout.muted}>{t("reports.asOf", { moment: formatMoment(x.data.atMs), person: x.data.person })}</p>
        <PdfKeys
          keys={[
            { id: "x.pdf", key: "F9", label: t("reports.pdf"), paper: X_PAPER },
            { id: "x.countSheet", key: "F10", label: t("reports.pdfCountSheet"), paper: COUNT_SHEET },
          ]}
        >
          <Button onClick={print} rightSection={<Kbd>F12</Kbd>} data-testid="x-print">
            {t("receipt.print")}
          </Button>
          <Button variant="default" onClick={printSheet} rightSection={<Kbd>Shift+F12</Kbd>} data-testid="x-printSheet">
            {t("reports.printCountSheet")}
          </Button>
          {mailing.isOffered && (
            <Button variant="default" onClick={() => mailing.ask(X_PAPER)} rightSection={<Kbd>Ctrl+E</Kbd>} data-testid="x-mail">
              {t("mail.by")}
            </Button>
          )}
        </PdfKeys>
        <PrintAsked printing={printing} paper={X_PAPER} />
        <PrintAsked printing={sheet} paper={COUNT_SHEET} />
        <MailAsked mailing={mailing} paper={X_PAPER} />
        {mailing.dialog}
        <ReportFigures report={x.data} />
      </div>
    </div>
  );
}
