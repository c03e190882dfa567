import { useAct } from "../../backend/queries";
import { formatTime } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { QrCode } from "../../parts/QrCode";
import { isOnlyHere } from "../settings/addresses";
import styles from "./Branch.module.css";

/** A link, as text and as a picture for a phone, that lets one browser look at the branch. */
export function OpenInBrowser({ address, onClose }: { address: string; onClose: () => void }) {
  const asking = useAct("view_link");
  const got = asking.data;
  const ask = () => {
    if (!asking.isPending) asking.mutate({});
  };
  return (
    <Dialog
      title={t("view.open")}
      onClose={onClose}
      width={640}
      testid="view-link-dialog"
      acts={[{ id: "view.link", key: "F12", label: t(asking.isPending ? "server.asking" : got === undefined ? "view.make" : "view.another"), run: ask, main: true, disabled: asking.isPending }]}
    >
      <p className={layout.lead}>{t("view.lead")}</p>
      {got !== undefined && (
        <>
          <div className={styles.link}>
            <QrCode rows={got.qr} label={t("view.qr")} testid="view-qr" />
            <p className="selectable" data-testid="view-link">
              {got.link}
            </p>
          </div>
          {isOnlyHere(address) && <Notice tone="amber">{t("server.onlyHere")}</Notice>}
          <Notice tone="plain">{t("view.holds", { time: formatTime(got.expiresAtMs) })}</Notice>
        </>
      )}
      <Refusal error={asking.error} />
    </Dialog>
  );
}
