import { formatAmount } from "../../format";
import { t } from "../../messages/messages";
import styles from "./Drawer.module.css";

/** Over, short or exact, as sign and word. */
export function OverShort({ minor, testid }: { minor: number; testid?: string }) {
  const word = minor > 0 ? "over" : minor < 0 ? "short" : "even";
  return (
    <span className={styles[word]} data-testid={testid} data-minor={minor}>
      {word !== "even" && <span aria-hidden>{word === "over" ? "+ " : "− "}</span>}
      {t(`overShort.${word}`, { amount: formatAmount(Math.abs(minor)) })}
    </span>
  );
}
