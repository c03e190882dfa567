import { NativeSelect, TextInput } from "@mantine/core";
import { useState } from "react";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import { Notice, Refusal } from "../../parts/Notice";
import { FirstPin, HandOver, useFirstPin } from "./FirstPin";
import { rolesToGive } from "./people";

/** Somebody new: name, role, and a PIN to begin with, which is shown once more when it is kept. */
export function AddPerson({ onClose }: { onClose: () => void }) {
  const { status, person } = useDuty();
  const [staffId] = useState(newId);
  const [name, setName] = useState("");
  const [role, setRole] = useState("pharmacist");
  const first = useFirstPin(role);
  const adding = useAct("add_staff");
  const isReady = name.trim() !== "" && (status.practice || first.pin !== "");
  const add = () => {
    if (isReady && !adding.isPending) adding.mutate({ staffId, name: name.trim(), role, secret: status.practice ? null : first.pin }, { onSuccess: () => status.practice && onClose() });
  };
  if (adding.isSuccess && !status.practice) {
    return (
      <Dialog title={name.trim()} onClose={onClose} acts={[{ id: "person.done", key: "Enter", label: t("act.done"), run: onClose, main: true }]}>
        <HandOver name={name.trim()} pin={first.pin} />
      </Dialog>
    );
  }
  return (
    <Dialog
      title={t("setup.staffAdd")}
      onClose={onClose}
      width={560}
      acts={[...(status.practice ? [] : [first.act]), { id: "person.add", key: "Enter", label: t("act.save"), run: add, main: true, disabled: !isReady }]}
    >
      <TextInput
        data-autofocus
        label={t("setup.staffPlaceholder")}
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="person-name"
      />
      <NativeSelect
        label={t("setup.role")}
        value={role}
        data={rolesToGive(person.role).map((value) => ({ value, label: named("role", value) }))}
        onChange={(event) => setRole(event.currentTarget.value)}
        data-testid="person-role"
      />
      {status.practice ? <Notice tone="plain">{t("people.inPractice")}</Notice> : <FirstPin label={t("people.firstPin")} first={first} />}
      <Refusal error={adding.error} />
    </Dialog>
  );
}
