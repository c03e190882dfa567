import { useState } from "react";
import { useActs } from "../keys/keys";
import { t } from "../messages/messages";
import { Dialog } from "../parts/Dialog";
import { Kbd } from "../parts/Kbd";
import styles from "./Frame.module.css";
import { usePlace } from "./screens";

/** What this screen is for, and every key that does something on it now. */
export function Help({ onClose }: { onClose: () => void }) {
  const { screen } = usePlace();
  const now = useActs();
  const [acts] = useState(() => now.filter((act) => act.key !== undefined && act.id !== "frame.help"));
  return (
    <Dialog title={t("help.title", { screen: t(`screen.${screen}`) })} onClose={onClose} width={1040}>
      <div className={styles.help} data-testid="help">
        <div>
          {t(`help.${screen}`)
            .split("\n")
            .map((paragraph) => (
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
