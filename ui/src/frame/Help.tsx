import { useState } from "react";
import { useActs } from "../keys/keys";
import { Dialog } from "../parts/Dialog";
import { Kbd } from "../parts/Kbd";
import styles from "./Frame.module.css";

/** What this screen is for, a paragraph a line, and every key that does something on it now. */
export function Help({ title, text, onClose }: { title: string; text: string; onClose: () => void }) {
  const now = useActs();
  const [acts] = useState(() => now.filter((act) => act.key !== undefined && act.key !== "F1"));
  return (
    <Dialog title={title} onClose={onClose} width={1040}>
      <div className={styles.help} data-testid="help">
        <div>
          {text.split("\n").map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
        <dl className={styles.keys}>
          {acts.map((act) => (
            <div key={act.id}>
              <dt>
                <Kbd>{act.key ?? ""}</Kbd>
              </dt>
              <dd>{act.label}</dd>
            </div>
          ))}
        </dl>
      </div>
    </Dialog>
  );
}
