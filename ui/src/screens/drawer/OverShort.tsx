import { formatAmount } from "../../format";
import { t } from "../../messages/messages";
import styles from "./Drawer.module.css";

/** Which word says it. */
export function overShortWord(minor: number): "over" | "short" | "even" {
  return minor > 0 ? "over" : minor < 0 ? "short" : "even";
}

/** Over, short or exact, as sign and word. */
export function OverShort({ minor, testid }: { minor: number; testid?: string }) {
  const word = overShortWord(minor);
  return (
    <span className={styles[word]} data-testid={testid} data-minor={minor}>
      {word !== "even" && <span aria-hidden>{word === "over" ? "+ " : "− "}</span>}
      {t(`overShort.${word}`, { amount: formatAmount(Math.abs(minor)) })}
    </span>
  );
}
