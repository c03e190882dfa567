import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { useRef, useState } from "react";
import type { StaffView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Failed, Loading } from "../../parts/states";
import { AddPerson } from "./AddPerson";
import { nameOf } from "./people";
import { Person } from "./Person";
import { Rights } from "./Rights";
import styles from "./Settings.module.css";

/** Who works here and in which role; for who decides about people also adding, changing and leaving. */
export function People() {
  const { person: own, status } = useDuty();
  const staff = useAsk("staff", {});
  const decides = useMay("staff");
  const changePin = useNamedAct("frame.pin");
  const list = useRef<HTMLUListElement>(null);
  const [over, setOver] = useState<"add" | "rights" | StaffView | null>(null);
  const close = () => setOver(null);
  const choose = (person: StaffView) => (decides ? setOver(person) : changePin?.run());
  const canPin = changePin?.disabled !== true;
  const isOpen = (person: StaffView) => decides || (person.staffId === own.staffId && canPin);
  useKeys([
    { id: "settings.people", key: "F2", label: t("people.move"), run: () => list.current?.querySelector("button")?.focus(), disabled: !decides },
    { id: "settings.person", key: "F3", label: t("setup.staffAdd"), run: () => setOver("add"), disabled: !decides || status.practice },
    { id: "settings.rights", key: "F11", label: t("people.rights"), run: () => setOver("rights") },
  ]);
  return (
    <section className={styles.card} data-testid="settings-people">
      <h2>{t("setup.step.staff")}</h2>
      {staff.isError && <Failed error={staff.error} again={() => void staff.refetch()} />}
      {staff.isPending && <Loading rows={3} height={44} />}
      <ul ref={list} className={styles.people} data-testid="settings-staff" onKeyDown={moveFocus}>
        {staff.data?.toSorted((a, b) => a.name.localeCompare(b.name)).map((person) => (
          <li key={person.staffId}>
            {isOpen(person) ? (
              <button type="button" className={styles.someone} onClick={() => choose(person)}>
                <Someone person={person} />
              </button>
            ) : (
              <div className={styles.someone}>
                <Someone person={person} />
              </div>
            )}
          </li>
        ))}
      </ul>
      {!decides && <p className={layout.muted}>{t("may.managers")}</p>}
      <div className={styles.cardActs}>
        {decides && (
          <Button
            variant="default"
            onClick={() => setOver("add")}
            disabled={status.practice}
            leftSection={<IconPlus size={20} stroke={1.75} />}
            rightSection={<Kbd>F3</Kbd>}
            data-testid="settings-add-person"
          >
            {t("setup.staffAdd")}
          </Button>
        )}
        <Button variant="default" onClick={() => setOver("rights")} rightSection={<Kbd>F11</Kbd>} data-testid="settings-rights">
          {t("people.rights")}
        </Button>
        {canPin && (
          <Button variant="default" onClick={changePin?.run} data-testid="settings-change-pin">
            {t("signIn.changePin")}
          </Button>
        )}
      </div>
      {over === "add" && <AddPerson onClose={close} />}
      {over === "rights" && <Rights onClose={close} />}
      {over !== null && typeof over !== "string" && <Person person={staff.data?.find(({ staffId }) => staffId === over.staffId) ?? over} onClose={close} />}
    </section>
  );
}

function Someone({ person }: { person: StaffView }) {
  return (
    <>
      <span className={styles.name}>{nameOf(person)}</span>
      {!person.hasSecret && <small>{t("people.noPin")}</small>}
      <span className={styles.role}>{named("role", person.role)}</span>
    </>
  );
}

/** Up and down from person to person, Home and End to the first and the last. */
function moveFocus(event: React.KeyboardEvent<HTMLUListElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  const to = { ArrowUp: Math.max(0, at - 1), ArrowDown: Math.min(buttons.length - 1, at + 1), Home: 0, End: buttons.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  buttons[to]?.focus();
}
