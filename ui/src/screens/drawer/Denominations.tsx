import { type KeyboardEvent, useRef } from "react";
import type { TillView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatAmount, formatDenomination, formatMoney } from "../../format";
import { t } from "../../messages/messages";
import styles from "./Drawer.module.css";
import { addUp, readCounts, type Typed } from "./counting";

/** All values of the currency, notes first. */
export function allValues(till: TillView): number[] {
  return [...till.notes, ...till.coins];
}

const NOTHING: ReadonlyMap<number, number> = new Map();

/** The counts as typed, and what others counted beside them, with their sums as the system adds them up. */
export function useCounted(till: TillView, typed: Typed, beside = NOTHING) {
  const values = allValues(till);
  const read = readCounts(values, typed);
  const others = [...beside.keys()].filter((value) => !values.includes(value));
  const all = addUp([read.denominations, [...beside].map(([valueMinor, count]) => ({ valueMinor, count }))]);
  const denominations = [...values, ...others].map((valueMinor) => ({ valueMinor, count: all.get(valueMinor) ?? 0 }));
  const sum = useAsk("sum_denominations", { denominations }, { keep: true });
  return {
    ...read,
    totalMinor: sum.data?.totalMinor ?? 0,
    rowsMinor: sum.data?.rowsMinor ?? [],
    // What looks like a slip of the finger, judged by the count alone.
    manyOfMinor: sum.data?.manyOfMinor ?? null,
    isMuch: sum.data?.isMuch ?? false,
  };
}

type Props = {
  till: TillView;
  typed: Typed;
  onTyped: (typed: Typed) => void;
  counted: ReturnType<typeof useCounted>;
  /** Called by Enter in the last field. */
  onEnd: () => void;
  /** Names the field that must be looked at, by its value. */
  wrong?: number | null;
  /** What is at most there, shown beside each field. */
  of?: ReadonlyMap<number, number>;
  /** How many others have counted, shown beside each field. */
  beside?: ReadonlyMap<number, number>;
  autoFocus?: boolean;
};

/** Notes and coins in two columns: the picture of each value, how many, and what they come to. */
export function Denominations({ till, typed, onTyped, counted, onEnd, wrong, of, beside, autoFocus = true }: Props) {
  const fields = useRef(new Map<number, HTMLInputElement>());
  const values = allValues(till);

  // A note of which there is none cannot stay, and is stepped over.
  const isNone = (value: number) => of !== undefined && (of.get(value) ?? 0) === 0 && (typed[value] ?? "") === "";
  const step = (from: number, by: 1 | -1) => {
    const after = by === 1 ? values.slice(values.indexOf(from) + 1) : values.slice(0, values.indexOf(from)).reverse();
    const next = after.find((value) => !isNone(value));
    const field = next === undefined ? undefined : fields.current.get(next);
    field?.focus();
    field?.select();
    return field !== undefined;
  };
  const onKeyDown = (value: number) => (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === "Enter") {
      event.preventDefault();
      if (!step(value, 1)) onEnd();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      step(value, event.key === "ArrowDown" ? 1 : -1);
    }
  };

  const first = values.find((value) => !isNone(value));
  const column = (kind: "notes" | "coins", ofKind: readonly number[]) => (
    <section className={styles.column} aria-label={t(`drawer.${kind}`)}>
      <h2 className={styles.columnTitle}>{t(`drawer.${kind}`)}</h2>
      {ofKind.map((value) => {
        const row = counted.rowsMinor[values.indexOf(value)] ?? 0;
        const bad = counted.unreadable === value || wrong === value;
        const label = formatDenomination(value);
        return (
          <label key={value} className={styles.row} data-bad={bad} data-none={isNone(value)}>
            <span className={kind === "notes" ? styles.note : styles.coin} aria-hidden>
              {label}
            </span>
            <span className={styles.times} aria-hidden>
              ×
            </span>
            <input
              ref={(element) => {
                if (element === null) fields.current.delete(value);
                else fields.current.set(value, element);
              }}
              className={styles.count}
              inputMode="numeric"
              autoComplete="off"
              autoFocus={autoFocus && value === first}
              disabled={isNone(value)}
              aria-label={t("drawer.howMany", { value: formatMoney(value) })}
              aria-invalid={bad}
              data-testid={`denom-${value}`}
              value={typed[value] ?? ""}
              maxLength={24}
              onChange={(event) => onTyped({ ...typed, [value]: event.currentTarget.value })}
              onKeyDown={onKeyDown(value)}
              onFocus={(event) => event.currentTarget.select()}
            />
            {of !== undefined && <span className={styles.of}>{t("drawer.ofThere", { count: of.get(value) ?? 0 })}</span>}
            {beside !== undefined && (
              <span className={styles.of} data-testid={`denom-beside-${value}`}>
                {beside.has(value) && t("drawer.parts.beside", { count: beside.get(value) ?? 0 })}
              </span>
            )}
            <output className={styles.rowSum} data-zero={row === 0} data-testid={`denom-sum-${value}`}>
              {formatAmount(row)}
            </output>
          </label>
        );
      })}
    </section>
  );

  return (
    <div className={styles.columns} data-of={of !== undefined} data-beside={beside !== undefined}>
      {column("notes", till.notes)}
      {column("coins", till.coins)}
    </div>
  );
}
