import { Button } from "@mantine/core";
import { useState } from "react";
import { useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import { PersonList } from "./PersonList";
import { Prove } from "./Prove";
import styles from "./SignIn.module.css";
import { useBadge } from "./useBadge";

type Props = {
  /** The badge that was shown, if one was. */
  badge: string | null;
  onClose: () => void;
  onPin: () => void;
};

/** F4 or a badge: somebody else acts from now on, or whoever is there takes another PIN; the basket stays as it is. */
export function People({ badge, onClose, onPin }: Props) {
  const { person, status } = useDuty();
  const staff = useAsk("staff", {});
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = staff.data?.find(({ staffId }) => staffId === chosenId) ?? null;
  const choose = (staffId: string) => (staffId === person.staffId ? onClose() : setChosenId(staffId));
  const noBadge = useBadge(choose, badge);
  return (
    <Dialog title={t("signIn.change")} onClose={onClose} width={560} bare>
      {staff.data === undefined ? (
        <Loading rows={3} />
      ) : chosen === null ? (
        <>
          <PersonList
            staff={staff.data}
            current={person.staffId}
            layer="dialog"
            onChoose={({ staffId }) => choose(staffId)}
            onBack={onClose}
            more={status.practice ? [] : [{ id: "person.pin", key: "F6", label: t("signIn.changePin"), run: onPin }]}
          />
          {!status.practice && (
            <div className={styles.beside}>
              <Button variant="default" tabIndex={-1} onClick={onPin} rightSection={<Kbd>F6</Kbd>} data-testid="to-change-pin">
                {t("signIn.changePin")}
              </Button>
            </div>
          )}
        </>
      ) : (
        <Prove key={chosen.staffId} person={chosen} layer="dialog" onBack={() => setChosenId(null)} onDone={onClose} />
      )}
      <Refusal error={staff.error ?? noBadge} />
    </Dialog>
  );
}
