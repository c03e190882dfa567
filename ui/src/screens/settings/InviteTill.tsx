import { useAct } from "../../backend/queries";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { isOnlyHere } from "./addresses";
import styles from "./Settings.module.css";

/** Lets the next till join by the server: what has to be typed there, large enough to be read across the counter. */
export function InviteTill({ address, onClose }: { address: string; onClose: () => void }) {
  const inviting = useAct("invite_by_server");
  const invited = inviting.data;
  const invite = () => {
    if (!inviting.isPending) inviting.mutate({});
  };
  return (
    <Dialog
      title={t("server.invite")}
      onClose={onClose}
      width={640}
      testid="invite-till"
      acts={
        invited === undefined
          ? [{ id: "invite.do", key: "F12", label: t(inviting.isPending ? "server.asking" : "server.inviteDo"), run: invite, main: true, disabled: inviting.isPending }]
          : []
      }
    >
      <p className={layout.lead}>{invited === undefined ? t("server.inviteLead") : t("server.invited", { no: invited.tillNo })}</p>
      {invited !== undefined && (
        <>
          <dl className={styles.handOver}>
            <dt>{t("server.address")}</dt>
            <dd className="selectable">{address}</dd>
            <dt>{t("server.code")}</dt>
            <dd className="selectable" data-main="true" data-testid="invite-code">
              {invited.code}
            </dd>
          </dl>
          {isOnlyHere(address) && <Notice tone="amber">{t("server.onlyHere")}</Notice>}
          <Notice tone="plain">{t("server.inviteHolds")}</Notice>
        </>
      )}
      <Refusal error={inviting.error} />
    </Dialog>
  );
}
