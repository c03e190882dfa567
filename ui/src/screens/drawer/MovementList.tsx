import type { MovementView } from "../../backend";
import { formatSigned, formatTime } from "../../format";
import { lookUp, t } from "../../messages/messages";
import { placeName } from "../cash/places";
import layout from "../../parts/layout.module.css";
import styles from "./Drawer.module.css";

/** Cash in and out that was not a sale, newest first. */
export function MovementList({ movements, empty }: { movements: readonly MovementView[]; empty: string }) {
  if (movements.length === 0) {
    return (
      <p className={layout.lead} data-testid="movements-empty">
        {empty}
      </p>
    );
  }
  return (
    <table className={layout.table} data-testid="movements">
      <thead>
        <tr>
          <th>{t("drawer.col.time")}</th>
          <th>{t("drawer.col.what")}</th>
          <th>{t("drawer.col.person")}</th>
          <th className={layout.number}>{t("drawer.col.amount")}</th>
        </tr>
      </thead>
      <tbody>
        {movements.map((movement) => (
          <tr key={movement.entryId} data-testid="movement">
            <td>{formatTime(movement.atMs)}</td>
            <td>
              {movement.place === null ? (lookUp(`movement.${movement.kind}`) ?? movement.kind) : t(movement.kind === "sent" ? "movement.sent" : "movement.received", { place: placeName(movement.place) })}
              <span className={styles.minor}>
                {lookUp(`reason.${movement.kind}.${movement.reason}`) ?? movement.reason}
                {movement.note !== null && ` · ${movement.note}`}
              </span>
            </td>
            <td className={styles.person}>{movement.person}</td>
            <td className={layout.number}>{movement.kind === "no_sale" ? "" : formatSigned(movement.amountMinor)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
