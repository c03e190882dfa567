import { Button, NativeSelect, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import { Failed, Loading } from "../../parts/states";
import { ROLES } from "../setup/answers";
import styles from "./Settings.module.css";

/** Who works here, and adding somebody. */
export function People() {
  const staff = useAsk("staff", {});
  const [isAdding, setAdding] = useState(false);
  useKeys([{ id: "settings.person", key: "F3", label: t("setup.staffAdd"), run: () => setAdding(true) }]);
  return (
    <section className={styles.card}>
      <h2>{t("setup.step.staff")}</h2>
      {staff.isError && <Failed error={staff.error} again={() => void staff.refetch()} />}
      {staff.isPending && <Loading rows={3} height={40} />}
      <ul className={styles.people} data-testid="settings-staff">
        {staff.data?.map((person) => (
          <li key={person.staffId}>
            <span>{person.name === "" ? t("signIn.erased") : person.name}</span>
            <span className={layout.muted}>{named("role", person.role)}</span>
          </li>
        ))}
      </ul>
      <div className={layout.acts}>
        <Button
          variant="default"
          onClick={() => setAdding(true)}
          leftSection={<IconPlus size={20} stroke={1.75} />}
          rightSection={<Kbd>F3</Kbd>}
          data-testid="settings-add-person"
        >
          {t("setup.staffAdd")}
        </Button>
      </div>
      {isAdding && <AddPerson onClose={() => setAdding(false)} />}
    </section>
  );
}

function AddPerson({ onClose }: { onClose: () => void }) {
  const [staffId] = useState(newId);
  const [name, setName] = useState("");
  const [role, setRole] = useState("pharmacist");
  const adding = useAct("add_staff", onClose);
  const isReady = name.trim() !== "";
  const add = () => {
    if (isReady && !adding.isPending) adding.mutate({ staffId, name: name.trim(), role });
  };
  return (
    <Dialog
      title={t("setup.staffAdd")}
      onClose={onClose}
      acts={[{ id: "person.add", key: "Enter", label: t("act.save"), run: add, main: true, disabled: !isReady }]}
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
        data={ROLES.filter((each) => each !== "owner").map((value) => ({ value, label: named("role", value) }))}
        onChange={(event) => setRole(event.currentTarget.value)}
        data-testid="person-role"
      />
      <Refusal error={adding.error} />
    </Dialog>
  );
}
