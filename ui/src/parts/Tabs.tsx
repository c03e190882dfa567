import { Kbd } from "./Kbd";
import styles from "./Tabs.module.css";

type Props<V extends string> = {
  label: string;
  tabs: readonly { value: V; label: string; key?: string }[];
  chosen: V;
  onChoose: (value: V) => void;
  testid: string;
};

/** The views of one screen, each with the key that leads to it. */
export function Tabs<V extends string>({ label, tabs, chosen, onChoose, testid }: Props<V>) {
  return (
    <div className={styles.tabs} role="tablist" aria-label={label}>
      {tabs.map((tab) => (
        <button
          key={tab.value}
          type="button"
          role="tab"
          tabIndex={-1}
          className={styles.tab}
          aria-selected={tab.value === chosen}
          data-testid={`${testid}-${tab.value}`}
          onClick={() => onChoose(tab.value)}
        >
          {tab.label}
          {tab.key !== undefined && <Kbd>{tab.key}</Kbd>}
        </button>
      ))}
    </div>
  );
}
