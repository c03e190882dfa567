import { Checkbox } from "@mantine/core";
import type { PartView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatMoney, formatTime } from "../../format";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { addUp } from "./counting";
import styles from "./Drawer.module.css";

/** What others counted of a drawer, and which of it is taken up: all that still holds, but what is left out. */
export function useParts(cashSessionId: string, without: readonly string[]) {
  const parts = useAsk("counted_parts", { cashSessionId }).data ?? [];
  const taken = parts.filter(({ entryId, isOutdated }) => !isOutdated && !without.includes(entryId));
  return { parts, taken, beside: addUp(taken.map(({ denominations }) => denominations)) };
}

/** Who counted it, where and when. */
export function madeBy({ person, tillNo, atMs }: PartView): string {
  return t("drawer.parts.at", { person, no: tillNo ?? "", time: formatTime(atMs) });
}

type Props = {
  parts: readonly PartView[];
  without: readonly string[];
  onWithout: (without: readonly string[]) => void;
};

/** The parts that others counted, each to be added or left out. */
export function Parts({ parts, without, onWithout }: Props) {
  return (
    <section className={styles.parts} aria-label={t("drawer.parts.title")}>
      <h2 className={styles.columnTitle}>{t("drawer.parts.title")}</h2>
      {parts.length === 0 && <p className={layout.muted}>{t("drawer.parts.none")}</p>}
      {parts.map((part) => {
        const isOut = part.isOutdated || without.includes(part.entryId);
        const toggle = () => onWithout(isOut ? without.filter((id) => id !== part.entryId) : [...without, part.entryId]);
        return (
          <label key={part.entryId} className={styles.part} data-out={isOut} data-testid="part">
            <Checkbox
              checked={!isOut}
              disabled={part.isOutdated}
              onChange={toggle}
              aria-label={t("drawer.parts.takeUp", { person: part.person, amount: formatMoney(part.countedMinor) })}
            />
            <span>{madeBy(part)}</span>
            {part.isOutdated && <span className={layout.muted}>{t("drawer.parts.outdated")}</span>}
            <output>{formatMoney(part.countedMinor)}</output>
          </label>
        );
      })}
    </section>
  );
}
