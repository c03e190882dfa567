import { useState } from "react";
import type { PrintView } from "../backend";
import { useAct } from "../backend/queries";
import { formatAgo, formatMoment, formatTime, isSameDay } from "../format";
import type { Act } from "../keys/keys";
import { lookUp, t } from "../messages/messages";
import { named } from "../messages/wording";
import { Dialog } from "../parts/Dialog";
import layout from "../parts/layout.module.css";
import { Notice, Refusal } from "../parts/Notice";
import { Rows } from "../parts/Rows";
import styles from "./Frame.module.css";
import { usePrinter } from "./printing";
import { useMay } from "./screens";
import { useClock } from "./TopBar";

/** Height of a row in px. */
const ROW = 56;

/** What the printer has still to print, and what somebody has to say of a paper that broke off. */
export function PrinterDialog({ onClose }: { onClose: () => void }) {
  const { trouble, queue } = usePrinter();
  const may = useMay("sell");
  const nowMs = useClock();
  const [chosenId, setChosenId] = useState<string | null>(null);
  const settling = useAct("settle_print");
  const found = queue.findIndex(({ printId }) => printId === chosenId);
  // What needs an answer comes first.
  const at = found === -1 ? Math.max(0, queue.findIndex(({ state }) => state === "in_doubt")) : found;
  const chosen = queue[at];

  const settle = (how: "again" | "printed") => () => {
    if (chosen !== undefined && !settling.isPending) settling.mutate({ printId: chosen.printId, how });
  };
  const go = (by: number) => setChosenId(queue[Math.max(0, Math.min(queue.length - 1, at + by))]?.printId ?? null);
  const isInDoubt = may && chosen?.state === "in_doubt";
  const acts: Act[] = [
    { id: "printer.drop", key: "F7", label: t("printer.drop"), run: settle("printed"), disabled: !may || chosen?.state !== "waits" },
    { id: "printer.again", key: "F6", label: t("printer.again"), run: settle("again"), disabled: !isInDoubt },
    { id: "printer.cameOut", key: "F12", label: t("printer.cameOut"), run: settle("printed"), main: true, disabled: !isInDoubt },
    { id: "printer.up", key: "ArrowUp", label: t("act.up"), run: () => go(-1), quiet: true },
    { id: "printer.down", key: "ArrowDown", label: t("act.down"), run: () => go(1), quiet: true },
  ];
  return (
    <Dialog title={t("printer.queue")} onClose={onClose} acts={queue.length === 0 ? [] : acts} width={880} testid="printer-dialog">
      {trouble !== null && (
        <Notice tone="amber" testid="printer-trouble">
          {lookUp(`error.${trouble}`) ?? t("error.unknown", { code: trouble })}
        </Notice>
      )}
      {queue.length === 0 ? (
        <p className={layout.lead}>{t("printer.nothing")}</p>
      ) : (
        <div className={styles.papers} style={{ height: 2 + ROW * Math.min(queue.length, 6) }}>
          <Rows
            rows={queue}
            rowKey={({ printId }) => printId}
            height={ROW}
            at={at}
            onAt={(next) => setChosenId(queue[next]?.printId ?? null)}
            label={t("printer.queue")}
            testid="print-row"
            keys={false}
            draw={(paper) => <Row paper={paper} nowMs={nowMs} />}
          />
        </div>
      )}
      {chosen?.state === "in_doubt" && (
        <Notice tone="amber" testid="print-doubt">
          {t("printer.doubtAsk")}
        </Notice>
      )}
      <Refusal error={settling.error} />
    </Dialog>
  );
}

function Row({ paper, nowMs }: { paper: PrintView; nowMs: number }) {
  const since = isSameDay(paper.atMs, nowMs) ? formatTime(paper.atMs) : formatMoment(paper.atMs);
  return (
    <span className={styles.paper} data-state={paper.state}>
      <b>{whatOf(paper)}</b>
      <span>{named("printer.state", paper.state)}</span>
      <small>
        {since} · {formatAgo(Math.min(paper.atMs, nowMs), nowMs)}
      </small>
    </span>
  );
}

function whatOf({ what, no, copyNo }: PrintView): string {
  if (what === "test") return t("printer.testPage");
  return t(copyNo === 0 ? "printer.receipt" : "printer.copy", { no: no ?? "", copy: copyNo });
}
