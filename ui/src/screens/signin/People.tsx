import { useAct, useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import { PersonList } from "./PersonList";

/** F4: somebody else acts from now on; the basket stays as it is. */
export function People({ onClose }: { onClose: () => void }) {
  const { person } = useDuty();
  const staff = useAsk("staff", {});
  const signIn = useAct("sign_in", onClose);
  return (
    <Dialog title={t("signIn.change")} onClose={onClose} width={560} bare>
      {staff.data === undefined ? (
        <Loading rows={3} />
      ) : (
        <PersonList
          staff={staff.data}
          current={person.staffId}
          layer="dialog"
          onChoose={(chosen) => signIn.mutate({ staffId: chosen.staffId })}
          onBack={onClose}
        />
      )}
      <Refusal error={signIn.error ?? staff.error} />
    </Dialog>
  );
}
