import type { TillNow } from "../backend";
import { formatCount, formatMoment } from "../format";
import { t } from "../messages/messages";
import layout from "../parts/layout.module.css";
import styles from "./Frame.module.css";

/** How far each till of a branch is known here. */
export function TillTable({ tills }: { tills: readonly TillNow[] }) {
  return (
    <table className={`${layout.table} ${styles.tills}`} data-dense data-testid="sync-tills">
      <caption>{t("sync.tills")}</caption>
      <thead>
        <tr>
          <th>{t("sync.till")}</th>
          <th>{t("sync.lastHeard")}</th>
          <th className={layout.number}>{t("sync.notHere")}</th>
        </tr>
      </thead>
      <tbody>
        {tills.map((till) => (
          <tr key={till.tillNo}>
            <td>{t("frame.till", { no: till.tillNo })}</td>
            <td>{heardOf(till)}</td>
            <td className={layout.number}>{till.isSelf || (!till.isUpToNow && till.salesNotHere === 0) ? "" : formatCount(till.salesNotHere)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function heardOf(till: TillNow): string {
  if (till.isSelf) return t("sync.thisTill");
  if (till.isConnected) return t("sync.now");
  return till.lastHeardMs === null ? t("sync.unheard") : formatMoment(till.lastHeardMs);
}
