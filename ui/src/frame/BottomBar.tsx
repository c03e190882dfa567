import { useMemo } from "react";
import { type Act, useActs } from "../keys/keys";
import { t } from "../messages/messages";
import { Kbd } from "../parts/Kbd";
import styles from "./Frame.module.css";

/** The keys that do something now; each is also a button for a finger. */
export function BottomBar() {
  const acts = useActs();
  return useMemo(() => <Keys acts={acts} />, [acts]);
}

function Keys({ acts }: { acts: readonly Act[] }) {
  return (
    <footer className={styles.bottom} aria-label={t("frame.keys")} data-testid="bottom-bar">
      {acts.filter((act) => act.key !== undefined && act.quiet !== true && act.disabled !== true).map((act) => (
        <button
          key={act.id}
          type="button"
          tabIndex={-1}
          className={styles.key}
          data-main={act.main === true}
          data-act={act.id}
          // The field keeps the focus while a finger uses the bar.
          onPointerDown={(event) => event.preventDefault()}
          onClick={act.run}
        >
          <Kbd>{act.key ?? ""}</Kbd>
          {act.label}
        </button>
      ))}
    </footer>
  );
}
