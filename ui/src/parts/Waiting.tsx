import { useWaiting } from "../keys/waiting";
import { t } from "../messages/messages";
import { Notice } from "./Notice";

/** Says which scanned codes wait for the basket; nothing where there is none. */
export function Waiting() {
  const codes = useWaiting();
  if (codes.length === 0) return null;
  return (
    <Notice tone="amber" testid="scans-waiting">
      {t("scan.waits", { code: codes.join(", ") })}
    </Notice>
  );
}
