import { useState } from "react";
import type { ExpiryRow } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatExpiry, formatMoney, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Notice, Refusal } from "../../parts/Notice";
import { countWords, sumOf } from "./expiry";
import styles from "./Lots.module.css";

const REASONS = ["expired", "damaged", "recalled", "lost", "other"] as const;

/** Asks before packs leave the shelf: how many, what they are worth, and why. */
export function WriteOffLots({ rows, onClose, onDone }: { rows: readonly ExpiryRow[]; onClose: () => void; onDone: () => void }) {
  const [entryId] = useState(newId);
  const isPast = rows.every(({ daysLeft }) => daysLeft < 0);
  const [reason, setReason] = useState<(typeof REASONS)[number] | null>(isPast ? "expired" : null);
  const writing = useAct("write_off", onDone);
  const { packs, value } = sumOf(rows);
  const [only] = rows;
  const write = () => {
    if (reason === null || writing.isPending) return;
    writing.mutate({ entryId, lines: rows.map(({ productId, lot, packs: count }) => ({ productId, lot, packs: count })), reason });
  };
  return (
    <Dialog
      title={t("writeOff.title")}
      onClose={onClose}
      width={600}
      testid="write-off-dialog"
      acts={[
        ...REASONS.map((code, index) => ({ id: `writeOff.${code}`, key: `Alt+${index + 1}`, label: t(`reason.writeOff.${code}`), quiet: true, run: () => setReason(code) })),
        // Not by Enter, which a hand presses before it has read.
        { id: "writeOff.do", key: "F12", label: t("writeOff.act"), main: true, disabled: reason === null, run: write },
      ]}
    >
      {rows.length === 1 && only !== undefined && (
        <p className={styles.about}>
          <b>{keepStrength(only.name)}</b> · {t("line.lot", { lot: only.lot })} · {t("line.expiry", { date: formatExpiry(only.expiry) })}
        </p>
      )}
      <Notice tone="amber" testid="write-off-what">
        {t("writeOff.ask", { what: countWords(rows.length, packs), value: formatMoney(value) })}
      </Notice>
      <Choices
        label={t("writeOff.why")}
        choices={REASONS.map((value, index) => ({ value, label: t(`reason.writeOff.${value}`), keyName: `Alt+${index + 1}` }))}
        chosen={reason}
        onChoose={setReason}
        columns={2}
        testid="write-off-reason"
      />
      <Refusal error={writing.error} />
    </Dialog>
  );
}
