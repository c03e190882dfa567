import { useAsk } from "../backend/queries";
import type { Act } from "../keys/keys";
import { lookUp, t } from "../messages/messages";
import { Dialog } from "../parts/Dialog";
import { Facts } from "../parts/Facts";
import layout from "../parts/layout.module.css";
import { Notice } from "../parts/Notice";
import { type Screen, useDuty, usePlace } from "./screens";
import { serverFacts } from "./serverFacts";
import { TillTable } from "./TillTable";

/** The server, what waits here for it, and how far each till of the branch is known here. */
export function SyncDialog({ onClose }: { onClose: () => void }) {
  const { sync, practice, nowMs } = useDuty().status;
  const place = usePlace();
  const now = useAsk("branch_now", {});
  const show = (screen: Screen) => {
    onClose();
    place.go(screen);
  };
  // Where the server is to be set up, or does not take this till, Settings is the way on.
  const isForSettings = !practice && (!sync.hasServer || sync.refused !== null);
  const ways: Act[] = [
    { id: "sync.settings", key: "F10", label: t("screen.settings"), run: () => show("settings"), disabled: place.screen === "settings" || !isForSettings },
    { id: "sync.branch", key: "F12", label: t("sync.toBranch"), run: () => show("branch"), main: true, disabled: place.screen === "branch" },
  ];
  return (
    <Dialog
      title={t("sync.title")}
      onClose={onClose}
      width={640}
      testid="sync-dialog"
      acts={ways.filter((way) => way.disabled !== true)}
    >
      {sync.refused !== null && <Notice tone="amber">{lookUp(`error.${sync.refused}`) ?? t("error.unknown", { code: sync.refused })}</Notice>}
      {sync.hasOtherFigures && <Notice tone="amber">{t("sync.figuresDiffer")}</Notice>}
      {sync.hasServer ? <Facts facts={serverFacts(sync, nowMs)} /> : <p className={layout.lead}>{t("sync.noServer")}</p>}
      {now.data !== undefined && now.data.tills.length > 1 && <TillTable tills={now.data.tills} />}
      {sync.hasServer && <p className={layout.lead}>{t("sync.lead")}</p>}
    </Dialog>
  );
}
