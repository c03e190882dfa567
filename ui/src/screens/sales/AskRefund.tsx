import { useRef, useState } from "react";
import type { SaleView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatAmount, formatCount, keepStrength, parseCount } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import { ReasonField, type RefundReason, reasonActs } from "./ReasonField";
import layout from "../../parts/layout.module.css";
import styles from "./Sales.module.css";

/** Per line: bought, already refunded, still refundable; how many come back, and why. */
export function AskRefund({ sale, onStarted, onClose }: { sale: SaleView; onStarted: () => void; onClose: () => void }) {
  const [askId] = useState(newId);
  const [packs, setPacks] = useState<Record<number, string>>({});
  const [reason, setReason] = useState<RefundReason | null>(null);
  const start = useAct("start_refund", onStarted);
  const first = useRef<HTMLInputElement>(null);

  const asked = sale.lines.map((line) => ({ line, quantity: (packs[line.lineNo] ?? "") === "" ? 0 : parseCount(packs[line.lineNo] ?? "") }));
  const isReadable = asked.every(({ line, quantity }) => quantity !== null && quantity <= Math.max(0, line.refundableQuantity));
  const lines = asked.flatMap(({ line, quantity }) => (quantity !== null && quantity > 0 ? [{ lineNo: line.lineNo, quantity }] : []));
  const isRight = isReadable && lines.length > 0 && reason !== null;
  const everything = () => setPacks(Object.fromEntries(sale.lines.map((line) => [line.lineNo, line.refundableQuantity > 0 ? String(line.refundableQuantity) : ""])));
  const refund = () => {
    if (isRight) start.mutate({ askId, saleId: sale.row.saleId, lines, reason });
  };
  const firstOpen = sale.lines.find((line) => line.refundableQuantity > 0)?.lineNo;
  return (
    <Dialog
      title={t("refund.title", { receipt: sale.row.receiptNo })}
      onClose={onClose}
      width={880}
      testid="refund"
      acts={[
        ...reasonActs(setReason),
        { id: "refund.all", key: "F6", label: t("refund.all"), run: everything },
        { id: "refund.start", key: "Enter", label: t("sell.toBasket"), main: true, disabled: !isRight || start.isPending, run: refund },
      ]}
    >
      <table className={layout.table} data-dense>
        <thead>
          <tr>
            <th>{t("sale.product")}</th>
            <th className={layout.number}>{t("refund.bought")}</th>
            <th className={layout.number}>{t("refund.already")}</th>
            <th className={layout.number}>{t("refund.still")}</th>
            <th className={layout.number}>{t("refund.stillMinor")}</th>
            <th className={layout.number}>{t("refund.now")}</th>
          </tr>
        </thead>
        <tbody>
          {asked.map(({ line, quantity }) => (
            <tr key={line.lineNo}>
              <td>{keepStrength(line.name)}</td>
              <td className={layout.number}>{formatCount(line.quantity)}</td>
              <td className={layout.number}>{formatCount(line.refundedQuantity)}</td>
              <td className={layout.number}>{formatCount(line.refundableQuantity)}</td>
              <td className={layout.number}>{formatAmount(line.refundableMinor)}</td>
              <td className={layout.number}>
                <input
                  ref={line.lineNo === firstOpen ? first : undefined}
                  data-autofocus={line.lineNo === firstOpen ? true : undefined}
                  className={styles.packs}
                  inputMode="numeric"
                  maxLength={5}
                  placeholder="0"
                  disabled={line.refundableQuantity <= 0}
                  aria-label={t("refund.packsOf", { name: line.name })}
                  aria-invalid={quantity === null || quantity > line.refundableQuantity}
                  data-testid={`refund-packs-${line.lineNo}`}
                  value={packs[line.lineNo] ?? ""}
                  onChange={(event) => {
                    const typed = event.currentTarget.value;
                    setPacks((before) => ({ ...before, [line.lineNo]: typed }));
                  }}
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isReadable && <p className={styles.bad}>{t("refund.tooMany")}</p>}
      <ReasonField reason={reason} onReason={setReason} />
      <Refusal error={start.error} />
    </Dialog>
  );
}
