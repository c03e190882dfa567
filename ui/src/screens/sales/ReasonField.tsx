import type { Act } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";

export const REFUND_REASONS = ["changed_mind", "wrong_product", "damaged", "recall", "side_effect", "price_wrong", "other"] as const;
export type RefundReason = (typeof REFUND_REASONS)[number];

/** Why something comes back; nothing is refunded without it. */
export function ReasonField({ reason, onReason }: { reason: RefundReason | null; onReason: (reason: RefundReason) => void }) {
  return (
    <Choices
      label={t("refund.why")}
      choices={REFUND_REASONS.map((value, index) => ({ value, label: t(`reason.${value}`), keyName: `Alt+${index + 1}` }))}
      chosen={reason}
      onChoose={onReason}
      testid="refund-reason"
    />
  );
}

/** Alt and a digit choose a reason while the hands are in another field. */
export function reasonActs(onReason: (reason: RefundReason) => void): Act[] {
  return REFUND_REASONS.map((value, index) => ({
    id: `reason.${value}`,
    key: `Alt+${index + 1}`,
    label: t(`reason.${value}`),
    quiet: true,
    run: () => onReason(value),
  }));
}
