import { Button } from "@mantine/core";
import type { ReportView } from "../../backend";
import { formatCount, formatMoney } from "../../format";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Paper, printPaper } from "../../parts/Paper";
import styles from "./Drawer.module.css";
import { OverShort } from "./OverShort";

/** The day is closed: the Z as it is on paper, and what it came to. */
export function Closed({ z, onDone }: { z: ReportView; onDone: () => void }) {
  useKeys([
    { id: "closed.done", key: "Enter", label: t("drawer.closed.done"), run: onDone, main: true },
    { id: "closed.print", key: "Ctrl+P", label: t("receipt.print"), run: () => printPaper(z.receipt) },
    { id: "closed.back", key: "Escape", label: t("act.back"), run: onDone, quiet: true },
  ]);
  return (
    <div className={styles.split} data-testid="closed-screen">
      <div className={`${styles.main} ${styles.paper}`} tabIndex={0}>
        <Paper receipt={z.receipt} testid="z-text" />
      </div>
      <aside className={styles.side}>
        <div>
          <h1 className={styles.title} data-testid="z-no">
            {t("drawer.closed.title", { no: z.zNo ?? "" })}
          </h1>
          <p className={styles.lead}>{t("drawer.closed.lead")}</p>
        </div>
        <div>
          <span className={styles.figureLabel}>{t("drawer.closed.takings")}</span>
          <output className={styles.figure} data-testid="z-takings">
            {formatMoney(z.takingsMinor)}
          </output>
        </div>
        <dl className={styles.facts}>
          <dt>{t("drawer.closed.sales")}</dt>
          <dd>{formatCount(z.saleCount)}</dd>
          <dt>{t("drawer.closed.refunds")}</dt>
          <dd>{formatCount(z.refundCount)}</dd>
          {z.counted?.rows.map((row) => (
            <div key={row.kind} style={{ display: "contents" }}>
              <dt>{lookUp(`tender.${row.kind}`) ?? row.kind}</dt>
              <dd>
                <OverShort minor={row.overShortMinor} testid={`z-over-short-${row.kind}`} />
              </dd>
            </div>
          ))}
          {z.perpetualTotalMinor !== null && (
            <>
              <dt>{t("drawer.closed.perpetual")}</dt>
              <dd>{formatMoney(z.perpetualTotalMinor)}</dd>
            </>
          )}
        </dl>
        <span className={styles.grow} />
        <Button variant="default" onClick={() => printPaper(z.receipt)} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="closed-print">
          {t("receipt.print")}
        </Button>
        <Button size="lg" h={56} onClick={onDone} rightSection={<Kbd>Enter</Kbd>} data-testid="closed-done" autoFocus>
          {t("drawer.closed.done")}
        </Button>
      </aside>
    </div>
  );
}
