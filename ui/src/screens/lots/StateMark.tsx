import { blockWords } from "../../parts/blocks";
import styles from "./Lots.module.css";

/** Why packs must not be sold, in red and in words. */
export function StateMark({ reason }: { reason: string }) {
  return <span className={styles.state}>{blockWords(reason)}</span>;
}
