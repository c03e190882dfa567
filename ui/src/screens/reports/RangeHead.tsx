import { Button } from "@mantine/core";
import { useDuty } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { lastDays, type Range, withFrom, withTo } from "./range";
import styles from "./RangeHead.module.css";
import reports from "./Reports.module.css";

const KEYS = ["F9", "F10", "F11"] as const;

export type Quick = 1 | 7 | 30 | 90 | 365;

type Props = {
  range: Range;
  onRange: (range: Range) => void;
  /** The last so many days, by F9, F10 and F11. */
  quick: readonly Quick[];
  /** Begins the ids of acts and tests. */
  id: string;
};

/** The first and the last day of a report, with a few stretches up to today by key, which their buttons say. */
export function RangeHead({ range, onRange, quick, id }: Props) {
  const { status } = useDuty();
  const today = status.businessDate;
  const choices = quick.map((days, place) => ({ days, key: KEYS[place] }));
  const isChosen = (days: number) => range.to === today && range.from === lastDays(today, days).from;
  useKeys(
    choices.map(({ days, key }) => ({ id: `${id}.${days}`, key, label: t(`range.last.${days}`), run: () => onRange(lastDays(today, days)), disabled: isChosen(days), quiet: true })),
  );
  return (
    <header className={reports.dayHead}>
      <DateField label={t("range.from")} value={range.from} max={today} onValue={(from) => onRange(withFrom(range, from))} testid={`${id}-from`} />
      <span aria-hidden>–</span>
      <DateField label={t("range.to")} value={range.to} max={today} onValue={(to) => onRange(withTo(range, to))} testid={`${id}-to`} />
      <span className={styles.gap} />
      {choices.map(({ days, key }) => (
        <Button
          key={days}
          variant="default"
          className={styles.quick}
          aria-pressed={isChosen(days)}
          onClick={() => onRange(lastDays(today, days))}
          rightSection={key === undefined ? undefined : <Kbd>{key}</Kbd>}
          data-testid={`${id}-last-${days}`}
        >
          {t(`range.last.${days}`)}
        </Button>
      ))}
    </header>
  );
}

type DateProps = { label: string; value: string; max: string; onValue: (date: string) => void; testid: string };

export function DateField({ label, value, max, onValue, testid }: DateProps) {
  return (
    <input
      type="date"
      className={reports.date}
      aria-label={label}
      value={value}
      max={max}
      onChange={(event) => {
        const date = event.currentTarget.value;
        if (/^\d{4}-\d\d-\d\d$/.test(date) && date <= max) onValue(date);
      }}
      data-testid={testid}
    />
  );
}
