import type { ReactNode } from "react";
import { formatMoneyUnsigned } from "../../format";
import styles from "./Display.module.css";
import { sizeOf } from "./shown";

type Props = { label: string; minor: number; testid: string; isFinal?: boolean; children?: ReactNode };

/** The one amount that is read from two metres, always in the same place; its label says which way it goes. */
export function Amount({ label, minor, testid, isFinal = false, children }: Props) {
  const text = formatMoneyUnsigned(minor);
  return (
    <div className={styles.amount} data-final={isFinal}>
      <div className={styles.label}>
        <h2>{label}</h2>
        {children}
      </div>
      <output data-testid={testid} data-minor={minor} data-size={sizeOf(text)}>
        {text}
      </output>
    </div>
  );
}
