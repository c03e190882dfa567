import type { Status } from "../backend";
import { formatMoment } from "../format";
import { t } from "../messages/messages";
import { Notice } from "../parts/Notice";

/** From so long before the end of the term on it is said. */
const SAID_BEFORE_MS = 7 * 86_400_000;

/** A till that has not reached its server for weeks says what comes of it. */
export function Lease({ status: { sync, nowMs } }: { status: Status }) {
  if (sync.leaseEndsMs === null || sync.leaseEndsMs - nowMs > SAID_BEFORE_MS) return null;
  return (
    <Notice tone="amber" testid="lease">
      {t("frame.lease", { at: formatMoment(sync.leaseEndsMs) })}
    </Notice>
  );
}
