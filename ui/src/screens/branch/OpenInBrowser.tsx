import { useAct } from "../../backend/queries";
import { formatTime } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
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
            <QrCode rows={got.qr} />
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

/** Empty space around the code, in modules, as readers need it. */
const QUIET = 4;

/** Black on white also in the dark: not every reader takes it the other way round. */
function QrCode({ rows }: { rows: readonly string[] }) {
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  return (
    <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={t("view.qr")} data-testid="view-qr">
      <rect width={size} height={size} fill="#ffffff" />
      <path d={dark.join("")} fill="#000000" />
    </svg>
  );
}
