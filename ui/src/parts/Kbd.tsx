import { t } from "../messages/messages";
import styles from "./parts.module.css";

/** Names of keys as they stand on the keyboard of this language. */
function caption(key: string): string {
  return key
    .replace(" ", t("key.space"))
    .replace("Ctrl", t("key.ctrl"))
    .replace("Escape", t("key.escape"))
    .replace("Enter", t("key.enter"))
    .replace("Delete", t("key.delete"))
    .replace("Insert", t("key.insert"))
    .replace("PageUp", t("key.pageUp"))
    .replace("PageDown", t("key.pageDown"))
    .replace("ArrowUp", "↑")
    .replace("ArrowDown", "↓")
    .replace("ArrowLeft", "←")
    .replace("ArrowRight", "→");
}

export function Kbd({ children }: { children: string }) {
  return <kbd className={styles.kbd}>{caption(children)}</kbd>;
}
