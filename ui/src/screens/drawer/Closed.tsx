import { Button } from "@mantine/core";
import type { ReportView } from "../../backend";
import { formatCount, formatMoney } from "../../format";
import { useAsk } from "../../backend/queries";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { MailAsked, mailAct, useMailing } from "../../frame/useMailing";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Paper } from "../../parts/Paper";
import { useWindowPrint } from "../../parts/useLogo";
import styles from "./Drawer.module.css";
import { OverShort } from "./OverShort";
import { Why } from "./Why";

/** The day is closed: the Z as it is on paper, and what it came to. */
export function Closed({ z, onDone }: { z: ReportView; onDone: () => void }) {
  // The Z is named by its number here, and by its entry where it is printed.
  const zs = useAsk("z_reports", {});
  const paper = paperOf("z", zs.data?.find(({ zNo }) => zNo === z.zNo)?.entryId ?? null);
  const printing = usePrintPaper();
  const { printPaper } = useWindowPrint();
  const mailing = useMailing();
  const isKnown = !printing.isByPrinter || paper.of !== null;
  const print = () => printing.print(paper, () => printPaper(z.receipt));
  useKeys([
    { id: "closed.done", key: "Enter", label: t("drawer.closed.done"), run: onDone, main: true },
    { id: "closed.print", key: "Ctrl+P", label: t("receipt.print"), run: print, disabled: !isKnown },
    mailAct("closed.mail", mailing, paper, paper.of !== null),
    { id: "closed.back", key: "Escape", label: t("act.back"), run: onDone, quiet: true },
  ]);
  return (
    <div className={styles.split} data-testid="closed-screen">
      <div className={`${styles.main} ${styles.paper}`} tabIndex={0}>
        <Paper receipt={z.receipt} testid="z-text" />
      </div>
      <aside className={styles.side}>
        <div>
          <h1 className={layout.title}>
            {t("drawer.closed.title")}
            <br />
            <span className={styles.zNo} data-testid="z-no">
              {z.zNo}
            </span>
          </h1>
          <p className={layout.lead}>{t("drawer.closed.lead")}</p>
        </div>
        <div>
          <span className={layout.figureLabel}>{t("drawer.closed.takings")}</span>
          <output className={layout.figure} data-testid="z-takings">
            {formatMoney(z.takingsMinor)}
          </output>
        </div>
        <Facts
          values="right"
          facts={[
            [t("drawer.closed.sales"), formatCount(z.saleCount)],
            [t("drawer.closed.refunds"), formatCount(z.refundCount)],
            ...(z.counted?.rows ?? []).map((row) => [lookUp(`tender.${row.kind}`) ?? row.kind, <OverShort minor={row.overShortMinor} testid={`z-over-short-${row.kind}`} />] as const),
            ...(z.perpetualTotalMinor === null ? [] : [[t("drawer.closed.perpetual"), formatMoney(z.perpetualTotalMinor)] as const]),
          ]}
        />
        <Why cashSessionId={z.cashSessionId} overShortMinor={z.counted?.rows.find(({ kind }) => kind === "cash")?.overShortMinor ?? 0} />
        <span className={styles.grow} />
        <PrintAsked printing={printing} paper={paper} />
        <MailAsked mailing={mailing} paper={paper} />
        {mailing.dialog}
        <Button variant="default" onClick={print} disabled={!isKnown} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="closed-print">
          {t("receipt.print")}
        </Button>
        {mailing.isOffered && (
          <Button variant="default" onClick={() => mailing.ask(paper)} disabled={paper.of === null} rightSection={<Kbd>Ctrl+E</Kbd>} data-testid="closed-mail">
            {t("mail.by")}
          </Button>
        )}
        <Button size="lg" h={56} onClick={onDone} rightSection={<Kbd>Enter</Kbd>} data-testid="closed-done" autoFocus>
          {t("drawer.closed.done")}
        </Button>
      </aside>
    </div>
  );
}
