import { formatAmount } from "../format";
import styles from "./parts.module.css";

/** The amount one reads from a metre; a very long one is set smaller so that it is never cut. */
export function BigAmount({ minor, testid, state }: { minor: number; testid: string; state?: string }) {
  const text = formatAmount(minor);
  return (
    <output className={styles.big} data-long={text.length > 9} data-testid={testid} data-minor={minor} data-state={state}>
      {text}
    </output>
  );
}
