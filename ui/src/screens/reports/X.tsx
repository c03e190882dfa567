import { Button } from "@mantine/core";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatMoment } from "../../format";
import { useDuty, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Paper, printPaper } from "../../parts/Paper";
import { Empty, Failed, Loading } from "../../parts/states";
import { PdfKeys } from "./PdfKeys";
import { ReportFigures } from "./ReportFigures";
import styles from "./Reports.module.css";

/** The X of the open session, as it stands now. */
export function X() {
  const { status } = useDuty();
  const place = usePlace();
  const isOpen = status.session !== null;
  const x = useAsk("x_report", {}, { enabled: isOpen });
  const print = () => {
    if (x.data !== undefined) printPaper(x.data.receipt);
  };
  useKeys([{ id: "x.print", key: "F12", label: t("receipt.print"), run: print, main: true, disabled: x.data === undefined }]);
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
            { id: "x.pdf", key: "F9", label: t("reports.pdf"), paper: () => ({ what: "x" }) },
            { id: "x.countSheet", key: "F10", label: t("reports.pdfCountSheet"), paper: () => ({ what: "count_sheet" }) },
          ]}
        >
          <Button onClick={print} rightSection={<Kbd>F12</Kbd>} data-testid="x-print">
            {t("receipt.print")}
          </Button>
        </PdfKeys>
        <ReportFigures report={x.data} />
      </div>
    </div>
  );
}
