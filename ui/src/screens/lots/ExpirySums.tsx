import type { ExpiryBucket } from "../../backend";
import { formatMoney } from "../../format";
import { t } from "../../messages/messages";
import { bucketWords, lotCountWords, packCountWords } from "./expiry";
import styles from "./Lots.module.css";

type Props = {
  buckets: readonly ExpiryBucket[];
  /** Days of the sum whose rows are shown; null for all. */
  chosen: number | null;
  onChoose: (days: number | null) => void;
};

/** How much expires when; a sum that is chosen shows its rows alone, chosen again all of them. */
export function ExpirySums({ buckets, chosen, onChoose }: Props) {
  return (
    <div className={styles.sums} role="group" aria-label={t("expiry.sums")}>
      {buckets.map(({ days, lots, packs, valueMinor }, at) => (
        <button
          key={days}
          type="button"
          tabIndex={-1}
          className={styles.sum}
          aria-pressed={days === chosen}
          data-urgency={lots === 0 ? undefined : at === 0 ? "past" : at === 1 ? "soon" : undefined}
          data-testid={`expiry-sum-${days}`}
          // The list keeps the keyboard.
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => onChoose(days === chosen ? null : days)}
        >
          <span>{bucketWords(buckets, at)}</span>
          <strong>{formatMoney(valueMinor)}</strong>
          <small>
            {lotCountWords(lots)} · <span>{packCountWords(packs)}</span>
          </small>
        </button>
      ))}
    </div>
  );
}
