import { useState } from "react";
import type { StaffView } from "../../backend";
import { useAct } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { type Act, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Facts } from "../../parts/Facts";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Badge } from "./Badge";
import { FirstPin, HandOver, useFirstPin } from "./FirstPin";
import { isDecidedBy, nameOf, rolesToGive } from "./people";

type Props = { person: StaffView; onClose: () => void };

/** One colleague, and what can be decided about them: each a step of its own, and back by Escape. */
export function Person({ person, onClose }: Props) {
  const { status, person: own } = useDuty();
  const changePin = useNamedAct("frame.pin");
  const [doing, setDoing] = useState<"role" | "pin" | "badge" | "leave" | null>(null);
  const back = () => setDoing(null);
  if (doing === "role") return <GiveRole person={person} onClose={back} />;
  if (doing === "pin") return <GivePin person={person} onClose={back} onDone={onClose} />;
  if (doing === "badge") return <Badge person={person} onClose={back} onDone={onClose} />;
  if (doing === "leave") return <Leaves person={person} onClose={back} onDone={onClose} />;
  const isOwn = person.staffId === own.staffId;
  const isDecided = !isOwn && isDecidedBy(own.role, person.role);
  const disabled = status.practice;
  const role: Act = { id: "person.role", key: "F6", label: t("people.giveRole"), run: () => setDoing("role"), disabled };
  const pin: Act = { id: "person.pin", key: "F7", label: t("people.newPin"), run: () => setDoing("pin"), disabled };
  const badge: Act = { id: "person.badge", key: "F8", label: t("people.badge"), run: () => setDoing("badge"), disabled };
  const leave: Act = { id: "person.leave", key: "F9", label: t("people.leave"), run: () => setDoing("leave"), disabled };
  const ownPin: Act = {
    ...pin,
    label: t("signIn.changePin"),
    run: () => {
      onClose();
      changePin?.run();
    },
  };
  return (
    <Dialog
      title={nameOf(person)}
      onClose={onClose}
      width={960}
      testid="person-dialog"
      acts={isDecided ? [role, pin, badge, leave] : isOwn ? [ownPin, badge] : []}
    >
      <Facts
        facts={[
          [t("setup.role"), named("role", person.role)],
          [t("signIn.pin"), person.hasSecret ? t("people.hasPin") : t("people.noPin")],
          [t("people.badge"), person.hasBadge ? t("people.hasBadge") : t("people.noBadge")],
        ]}
      />
      {!isDecided && !isOwn && <Notice tone="plain">{t("people.ownersOnly")}</Notice>}
      {status.practice && <Notice tone="plain">{t("people.inPractice")}</Notice>}
    </Dialog>
  );
}

function GiveRole({ person, onClose }: Props) {
  const { person: own } = useDuty();
  const [role, setRole] = useState(person.role);
  const giving = useAct("give_role", onClose);
  const give = () => {
    if (role !== person.role && !giving.isPending) giving.mutate({ staffId: person.staffId, role });
  };
  return (
    <Dialog
      title={nameOf(person)}
      onClose={onClose}
      acts={[{ id: "role.give", key: "Enter", label: t("act.save"), run: give, main: true, disabled: role === person.role }]}
    >
      <Choices
        label={t("people.giveRole")}
        choices={rolesToGive(own.role).map((value) => ({ value, label: named("role", value) }))}
        chosen={role}
        onChoose={setRole}
        onEnter={give}
        testid="give-role"
        autoFocus
        columns={2}
      />
      <Refusal error={giving.error} />
    </Dialog>
  );
}

function GivePin({ person, onClose, onDone }: Props & { onDone: () => void }) {
  const first = useFirstPin(person.role);
  const giving = useAct("give_secret");
  const give = () => {
    if (first.pin !== "" && !giving.isPending) giving.mutate({ staffId: person.staffId, secret: first.pin });
  };
  if (giving.isSuccess) {
    return (
      <Dialog title={nameOf(person)} onClose={onDone} acts={[{ id: "person.done", key: "Enter", label: t("act.done"), run: onDone, main: true }]}>
        <HandOver name={nameOf(person)} pin={first.pin} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={nameOf(person)}
      onClose={onClose}
      width={560}
      acts={[first.act, { id: "pin.give", key: "Enter", label: t("people.givePin"), run: give, main: true, disabled: first.pin === "" }]}
    >
      <FirstPin label={t("people.newPin")} first={first} />
      <Refusal error={giving.error} />
    </Dialog>
  );
}

function Leaves({ person, onClose, onDone }: Props & { onDone: () => void }) {
  const name = nameOf(person);
  const leaving = useAct("leave", onDone);
  const leave = () => {
    if (!leaving.isPending) leaving.mutate({ staffId: person.staffId });
  };
  return (
    <Dialog
      title={t("people.leaveSure", { name })}
      onClose={onClose}
      width={560}
      testid="leave-dialog"
      // Not by Enter, which is pressed without looking.
      acts={[{ id: "leave.do", key: "F12", label: t("people.leave"), run: leave, main: true }]}
    >
      <p className={layout.lead}>{t("people.leaveLead", { name })}</p>
      <Refusal error={leaving.error} />
    </Dialog>
  );
}
