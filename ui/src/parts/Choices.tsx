import { type ReactNode, type Ref, useId } from "react";
import styles from "./Choices.module.css";
import { Kbd } from "./Kbd";

export type Choice<V extends string> = { value: V; label: ReactNode; hint?: string; keyName?: string };

type Props<V extends string> = {
  label: string;
  choices: readonly Choice<V>[];
  chosen: V | null;
  onChoose: (value: V) => void;
  /** Called by Enter; the arrows have chosen already. */
  onEnter?: () => void;
  testid: string;
  autoFocus?: boolean;
  /** Side by side in so many columns, where there are many short ones. */
  columns?: number;
  /** The radio button that has, or would get, the focus. */
  ref?: Ref<HTMLInputElement>;
};

/** One of a few, all in sight: arrows choose, Enter goes on, a finger hits the whole row. */
export function Choices<V extends string>({ label, choices, chosen, onChoose, onEnter, testid, autoFocus, columns = 1, ref }: Props<V>) {
  const name = useId();
  const target = chosen ?? choices[0]?.value;
  return (
    <fieldset className={styles.group} data-testid={testid}>
      <legend className={styles.label}>{label}</legend>
      <div className={styles.list} data-narrow={columns > 1} style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}>
        {choices.map(({ value, label: text, hint, keyName }) => (
          <label key={value} className={styles.choice} data-chosen={value === chosen}>
            <input
              ref={value === target ? ref : undefined}
              type="radio"
              name={name}
              value={value}
              checked={value === chosen}
              autoFocus={autoFocus === true && value === target}
              data-testid={`${testid}-${value}`}
              onChange={() => onChoose(value)}
              onKeyDown={(event) => {
                if (event.key !== "Enter") return;
                event.preventDefault();
                onChoose(value);
                onEnter?.();
              }}
            />
            <span style={{ flex: 1 }}>
              {text}
              {hint !== undefined && <span className={styles.hint}>{hint}</span>}
            </span>
            {keyName !== undefined && <Kbd>{keyName}</Kbd>}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
