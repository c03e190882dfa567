import type { TillNow } from "../backend";
import { useAsk } from "../backend/queries";
import { formatCount, formatMoment, formatMoney } from "../format";
import { lookUp, t } from "../messages/messages";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import layout from "../parts/layout.module.css";
import { Notice } from "../parts/Notice";
import styles from "./Frame.module.css";
import { useDuty, usePlace } from "./screens";

/** The server, what waits here for it, and how far each till of the branch is known here. */
export function SyncDialog({ onClose }: { onClose: () => void }) {
  const { sync } = useDuty().status;
  const place = usePlace();
  const now = useAsk("branch_now", {});
  const show = () => {
    onClose();
    place.go("branch");
  };
  const facts: [string, string][] = [[t("sync.server"), t(sync.isConnected ? "sync.connected" : "sync.notConnected")]];
  if (!sync.isConnected) facts.push([t("sync.lastContact"), sync.lastContactMs === null ? t("sync.unheard") : formatMoment(sync.lastContactMs)]);
  facts.push([t("sync.toSend"), sync.unsentCount === 0 ? t("sync.nothing") : t("sync.unsent", { count: sync.unsentCount, amount: formatMoney(sync.unsentMinor) })]);
  if (sync.oldestUnsentMs !== null) facts.push([t("sync.oldest"), formatMoment(sync.oldestUnsentMs)]);
  return (
    <Dialog
      title={t("sync.title")}
      onClose={onClose}
      width={640}
      testid="sync-dialog"
      acts={place.screen === "branch" ? [] : [{ id: "sync.branch", key: "F12", label: t("sync.toBranch"), run: show, main: true }]}
    >
      {sync.refused !== null && <Notice tone="amber">{lookUp(`error.${sync.refused}`) ?? t("error.unknown", { code: sync.refused })}</Notice>}
      {sync.hasServer ? <Facts facts={facts} /> : <p className={layout.lead}>{t("sync.noServer")}</p>}
      {now.data !== undefined && now.data.tills.length > 1 && <TillTable tills={now.data.tills} />}
      {sync.hasServer && <p className={layout.lead}>{t("sync.lead")}</p>}
    </Dialog>
  );
}

function TillTable({ tills }: { tills: readonly TillNow[] }) {
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
