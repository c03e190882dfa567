import type { Tone } from "../../parts/Notice";
import styles from "./Sell.module.css";

/** A sentence under the field: what was refused and the way on, or what has just been done. */
export type Say = { tone: Tone; words: string };

/** Always there at the same height, so that nothing moves when it speaks. */
export function SayLine({ say }: { say: Say | null }) {
  return (
    <div className={styles.say} data-tone={say?.tone} role={say?.tone === "red" ? "alert" : "status"} data-testid="say">
      {say?.words}
    </div>
  );
}
