import { useRef, useState } from "react";
import type { ToSettle } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoment } from "../../format";
import { useMay } from "../../frame/screens";
import { lookUp, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import styles from "./Branch.module.css";

/** Of a settled row, px. */
const HEIGHT = 93;

const HOWS = ["in_order", "put_right", "not_explained"] as const;
/** Of what a till wrote after it was cut off. */
const HOWS_AFTER = ["not_explained", "put_right", "accepted"] as const;

/** A manager says what something came to that the book noticed and nothing explains later. */
export function SettleException({ row, onClose }: { row: ToSettle; onClose: () => void }) {
  const hows = row.kind === "after_revocation" ? HOWS_AFTER : HOWS;
  const [how, setHow] = useState<(typeof HOWS | typeof HOWS_AFTER)[number]>(hows[0]);
  const entryId = useRef(newId());
  const settling = useAct("settle_exception", onClose);
  const settle = () => {
    if (!settling.isPending) settling.mutate({ entryId: entryId.current, key: row.key, how });
  };
  return (
    <Dialog
      title={t("branch.settleTitle")}
      onClose={onClose}
      width={560}
      acts={[{ id: "settle.keep", key: "Enter", label: t("branch.settleKeep"), run: settle, main: true }]}
      testid="settle-dialog"
    >
      <p className={styles.settled}>
        <b>{kindWords(row)}</b>
        <small>{aboutOf(row)}</small>
      </p>
      <Choices
        label={t("branch.settleWhat")}
        choices={hows.map((value) => ({ value, label: t(`settled.${value}`), hint: t(`settledHint.${value}`) }))}
        chosen={how}
        onChoose={setHow}
        onEnter={settle}
        testid="settle-how"
        autoFocus
      />
      <Refusal error={settling.error} />
    </Dialog>
  );
}

/** What was settled lately, by whom and how; one that was settled too early goes back to the list. */
export function SettledExceptions({ onClose }: { onClose: () => void }) {
  const settled = useAsk("settled_exceptions", {});
  const may = useMay("settle");
  const [at, setAt] = useState(0);
  const opening = useAct("settle_exception");
  const rows = settled.data ?? [];
  const chosen = may ? rows[Math.min(at, rows.length - 1)] : undefined;
  const reopen = () => {
    if (chosen !== undefined && !opening.isPending) opening.mutate({ entryId: newId(), key: chosen.key, how: "reopened" });
  };
  return (
    <Dialog
      title={t("branch.settled")}
      onClose={onClose}
      width={720}
      acts={[{ id: "settle.reopen", key: "F10", label: t("branch.reopen"), run: reopen, disabled: chosen === undefined }]}
      testid="settled-dialog"
    >
      {settled.data === undefined ? (
        settled.isError ? <Failed error={settled.error} again={() => void settled.refetch()} /> : <Loading rows={3} height={88} />
      ) : rows.length === 0 ? (
        <Empty testid="settled-empty" title={t("branch.nothingSettled")} />
      ) : (
        <div className={styles.settledRows} style={{ height: `min(${rows.length * HEIGHT}px, 60vh)` }}>
          <Rows
            rows={rows}
            rowKey={(row) => row.key}
            height={HEIGHT}
            grows
            at={Math.min(at, rows.length - 1)}
            onAt={setAt}
            onOpen={reopen}
            draw={(row) => (
              <span className={styles.item}>
                <b>{kindWords(row)}</b>
                <small>{aboutOf(row)}</small>
                <small className={styles.how}>{settledWords(row)}</small>
              </span>
            )}
            label={t("branch.settled")}
            testid="settled-row"
          />
        </div>
      )}
      <Refusal error={opening.error} />
    </Dialog>
  );
}

function settledWords({ settled }: ToSettle): string {
  if (settled === null) return "";
  const how = lookUp(`settled.${settled.how}`) ?? settled.how;
  return [how, settled.person, formatMoment(settled.atMs)].filter((part) => part !== "").join(" · ");
}

/** What it is, in words. */
export function kindWords(row: ToSettle): string {
  return lookUp(`settle.${row.kind}`) ?? t("settle.other", { kind: row.kind });
}

/** Where, when, which receipt, who. */
export function aboutOf(row: ToSettle): string {
  const till = row.tillNo === null ? null : t("frame.till", { no: row.tillNo });
  return [till, row.atMs === null ? null : formatMoment(row.atMs), row.receiptNo, row.person].filter((part) => part !== null && part !== "").join("\u00a0· ");
}
