import { useRef, useState } from "react";
import type { StaffView } from "../../backend";
import { useAct } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { printOnly } from "../../parts/Paper";
import { QrCode } from "../../parts/QrCode";
import { Secret } from "../signin/Secret";
import { nameOf } from "./people";
import styles from "./Settings.module.css";

type Props = { person: StaffView; onClose: () => void; onDone: () => void };

/** A person's badge: made, in place of the one before, or taken back. */
export function Badge({ person, onClose, onDone }: Props) {
  const { person: own } = useDuty();
  const [isProving, setProving] = useState(false);
  const giving = useAct("give_badge");
  const taking = useAct("take_badge", onDone);
  const name = nameOf(person);
  const give = (secret: string | null) => {
    if (!giving.isPending) giving.mutate({ staffId: person.staffId, secret });
  };
  const take = () => {
    if (!taking.isPending) taking.mutate({ staffId: person.staffId });
  };
  if (giving.isSuccess) return <Made name={name} qr={giving.data.qr} onClose={onDone} />;
  if (isProving) {
    return (
      <Dialog title={name} onClose={() => setProving(false)} width={560} bare>
        <Secret person={person} layer="dialog" error={giving.error} isBusy={giving.isPending} label={t("people.makeBadge")} lead={t("signIn.presentPin")} onGive={give} onBack={() => setProving(false)} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t("people.badgeOf", { name })}
      onClose={onClose}
      width={640}
      testid="badge-dialog"
      acts={[
        // Not by Enter: the one before opens nothing any more.
        ...(person.hasBadge ? [{ id: "badge.take", key: "F9", label: t("people.takeBadge"), run: take }] : []),
        { id: "badge.make", key: "F12", label: t(person.hasBadge ? "people.anotherBadge" : "people.makeBadge"), run: () => (person.staffId === own.staffId ? setProving(true) : give(null)), main: true },
      ]}
    >
      <p className={layout.lead}>{t("people.badgeLead", { name })}</p>
      {person.hasBadge && <Notice tone="plain">{t("people.badgeReplaces")}</Notice>}
      <Refusal error={giving.error ?? taking.error} />
    </Dialog>
  );
}

function Made({ name, qr, onClose }: { name: string; qr: readonly string[]; onClose: () => void }) {
  const card = useRef<HTMLDivElement>(null);
  const print = () => {
    const caption = document.createElement("p");
    caption.append(name);
    const code = card.current?.querySelector("svg")?.cloneNode(true);
    if (code !== undefined) printOnly(code, caption);
  };
  return (
    <Dialog
      title={t("people.badgeOf", { name })}
      onClose={onClose}
      width={640}
      testid="badge-made"
      acts={[
        { id: "badge.print", key: "Ctrl+P", label: t("receipt.print"), run: print },
        { id: "badge.done", key: "Enter", label: t("act.done"), run: onClose, main: true },
      ]}
    >
      <div className={styles.badge} ref={card}>
        <QrCode rows={qr} label={t("people.badgeOf", { name })} testid="badge-qr" />
        <p>{name}</p>
      </div>
      <Notice tone="plain">{t("people.badgeOnce", { name })}</Notice>
    </Dialog>
  );
}
