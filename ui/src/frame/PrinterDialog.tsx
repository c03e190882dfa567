import { useState } from "react";
import { type BackendError, call, type PrinterView, type PrintView, save } from "../backend";
import { useAct } from "../backend/queries";
import { formatAgo, formatCount, formatMoment, formatTime, isSameDay } from "../format";
import type { Act } from "../keys/keys";
import { lookUp, t } from "../messages/messages";
import { named } from "../messages/wording";
import { Dialog } from "../parts/Dialog";
import layout from "../parts/layout.module.css";
import { Notice, Refusal } from "../parts/Notice";
import { Rows } from "../parts/Rows";
import styles from "./Frame.module.css";
import { otherOf, usePrinters, waitingAt, type WhichPrinter } from "./printing";
import { paperName, paperWords, queuedAt, shownQueues } from "./queue";
import { useMay } from "./screens";
import { useClock } from "./TopBar";

/** Height of a row in px. */
const ROW = 56;
/** Rows in sight of a queue; half a row says that there are more. */
const IN_SIGHT = 5.5;
/** Width in px with one queue, and with two beside each other. */
const WIDTH = { alone: 960, beside: 1160 };

/** What the printers have still to print, and what somebody has to say of a paper that broke off. */
export function PrinterDialog({ onClose }: { onClose: () => void }) {
  const printers = usePrinters();
  const may = useMay("sell");
  const nowMs = useClock();
  const [chosenId, setChosenId] = useState<string | null>(null);
  /** Whose queue is to be dropped, where that was asked for once. */
  const [drops, setDrops] = useState<WhichPrinter | null>(null);
  const [saved, setSaved] = useState<string | null>(null);
  const [failed, setFailed] = useState<BackendError | null>(null);
  const [isSaving, setSaving] = useState(false);
  const settling = useAct("settle_print", () => setDrops(null));

  const queues = shownQueues(printers);
  const isAlone = queues.length === 1;
  const all = queuedAt(printers, queues);
  const found = all.findIndex(({ paper }) => paper.printId === chosenId);
  // What needs an answer comes first.
  const at = found === -1 ? Math.max(0, all.findIndex(({ paper }) => paper.state === "in_doubt")) : found;
  const chosen = all[at];
  const which = chosen?.which ?? "receipts";
  const other = otherOf(which);

  const settle = (how: "again" | "printed" | "other") => () => {
    if (chosen === undefined || settling.isPending) return;
    setFailed(null);
    settling.mutate({ printId: chosen.paper.printId, which, how });
  };
  const asPdf = async () => {
    if (chosen === undefined || isSaving) return;
    const { printId } = chosen.paper;
    setSaving(true);
    setSaved(null);
    setFailed(null);
    try {
      setSaved(await save(await call("print_file", { printId })));
      // It is had in another way by now, and not before.
      settling.mutate({ printId, which, how: "printed" });
    } catch (thrown) {
      setFailed(thrown as BackendError);
    } finally {
      setSaving(false);
    }
  };
  // The two queues stand beside each other: up and down stay in one, left and right change over.
  const change = (to: WhichPrinter | undefined) => {
    const next = to === undefined ? undefined : printers[to].queue[0];
    if (next !== undefined && to !== which) setChosenId(next.printId);
  };
  const go = (by: number) => {
    const next = all[at + by];
    if (next?.which === which) setChosenId(next.paper.printId);
  };
  const state = chosen?.paper.state;
  const isInDoubt = may && state === "in_doubt";
  const isThere = may && chosen !== undefined && state !== "prints";
  const waiting = waitingAt(printers[which]);
  const acts: Act[] = [
    ...(all.some(({ paper }) => paper.state === "in_doubt")
      ? [
          { id: "printer.again", key: "F6", label: t("printer.again"), run: settle("again"), disabled: !isInDoubt },
          { id: "printer.cameOut", key: "F12", label: t("printer.cameOut"), run: settle("printed"), main: true, disabled: !isInDoubt },
        ]
      : []),
    { id: "printer.drop", key: "F7", label: t("printer.drop"), run: settle("printed"), disabled: !may || state !== "waits" },
    ...(printers[other].printer === null ? [] : [{ id: "printer.other", key: "F9", label: named("printer.toOther", other), run: settle("other"), disabled: !isThere }]),
    { id: "printer.pdf", key: "F10", label: t("printer.asPdf"), run: () => void asPdf(), disabled: !isThere || isSaving },
    { id: "printer.dropAll", key: "F11", label: t("printer.dropAll"), run: () => setDrops(which), disabled: !may || waiting === 0 },
    { id: "printer.up", key: "ArrowUp", label: t("act.up"), run: () => go(-1), quiet: true },
    { id: "printer.down", key: "ArrowDown", label: t("act.down"), run: () => go(1), quiet: true },
    { id: "printer.left", key: "ArrowLeft", label: t("printer.which.receipts"), run: () => change(queues[0]), quiet: true },
    { id: "printer.right", key: "ArrowRight", label: t("printer.which.labels"), run: () => change(queues[1]), quiet: true },
  ];
  const dropAll: Act[] = [
    {
      id: "printer.dropThem",
      key: "F12",
      label: t("printer.dropThem"),
      main: true,
      run: () => {
        if (drops !== null && !settling.isPending) settling.mutate({ printId: null, which: drops, how: "printed" });
      },
    },
  ];
  return (
    <Dialog
      title={t("printer.queue")}
      onClose={drops === null ? onClose : () => setDrops(null)}
      acts={drops !== null ? dropAll : all.length === 0 ? [] : acts}
      width={isAlone ? WIDTH.alone : WIDTH.beside}
      testid="printer-dialog"
    >
      <div className={styles.queues}>
        {queues.map((each) => (
          <Queue
            key={each}
            which={each}
            view={printers[each]}
            isAlone={isAlone}
            chosenId={chosen?.paper.printId ?? null}
            onChoose={(printId) => {
              setChosenId(printId);
              setDrops(null);
            }}
            nowMs={nowMs}
          />
        ))}
      </div>
      {drops !== null && (
        <Notice tone="amber" testid="print-drop-all">
          {t(drops === "receipts" ? "printer.dropAllAsk" : "printer.dropAllAskLabels", { count: waitingAt(printers[drops]) })}
        </Notice>
      )}
      {drops === null && state === "in_doubt" && (
        <Notice tone="amber" testid="print-doubt">
          {t("printer.doubtAsk")}
        </Notice>
      )}
      {saved !== null && (
        <Notice tone="plain" testid="pdf-saved">
          {t("printer.savedInstead", { place: saved })}
        </Notice>
      )}
      <Refusal error={settling.error ?? failed} />
    </Dialog>
  );
}

type QueueProps = {
  which: WhichPrinter;
  view: PrinterView;
  /** No other queue is shown. */
  isAlone: boolean;
  chosenId: string | null;
  onChoose: (printId: string | null) => void;
  nowMs: number;
};

/** What one printer has still to print. */
function Queue({ which, view: { trouble, queue, count }, isAlone, chosenId, onChoose, nowMs }: QueueProps) {
  const title = named("printer.which", which);
  return (
    <section className={styles.queue} data-testid={`queue-${which}`}>
      {!isAlone && <h3>{title}</h3>}
      {trouble !== null && (
        <Notice tone="amber" testid="printer-trouble">
          {lookUp(`error.${trouble}`) ?? t("error.unknown", { code: trouble })}
        </Notice>
      )}
      {queue.length === 0 ? (
        <p className={layout.lead}>{t("printer.nothing")}</p>
      ) : (
        <div className={styles.papers} style={{ height: 2 + ROW * Math.min(queue.length, IN_SIGHT) }}>
          <Rows
            rows={queue}
            rowKey={({ printId }) => printId}
            height={ROW}
            at={queue.findIndex(({ printId }) => printId === chosenId)}
            onAt={(next) => onChoose(queue[next]?.printId ?? null)}
            label={title}
            testid="print-row"
            keys={false}
            draw={(paper) => <Row paper={paper} nowMs={nowMs} />}
          />
        </div>
      )}
      {count > queue.length && (
        <p className={layout.muted} data-testid="queue-count">
          {t("printer.first", { shown: formatCount(queue.length), all: formatCount(count) })}
        </p>
      )}
    </section>
  );
}

function Row({ paper, nowMs }: { paper: PrintView; nowMs: number }) {
  const since = isSameDay(paper.atMs, nowMs) ? formatTime(paper.atMs) : formatMoment(paper.atMs);
  const name = paperName(paper);
  return (
    <span className={styles.paper} data-state={paper.state}>
      <b>{paperWords(paper)}</b>
      <span>{named("printer.state", paper.state)}</span>
      <small>
        {since} · {formatAgo(Math.min(paper.atMs, nowMs), nowMs)}
        {name !== null && ` · ${name}`}
      </small>
    </span>
  );
}
