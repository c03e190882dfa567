import { useState } from "react";
import type { CloseSession, StaffView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatMoney } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import { PersonList } from "../signin/PersonList";
import { Secret } from "../signin/Secret";

type Props = {
  /** How the session of whoever gives the drawer ends. */
  close: CloseSession;
  countedMinor: number;
  onDone: () => void;
  onBack: () => void;
};

/** The drawer goes on with another person, with what was counted: they prove who they are, and are on duty then. */
export function HandOver({ close, countedMinor, onDone, onBack }: Props) {
  const { person } = useDuty();
  const staff = useAsk("staff", {});
  const [cashSessionId] = useState(newId);
  const [chosen, setChosen] = useState<StaffView | null>(null);
  const giving = useAct("hand_over", onDone);
  const others = staff.data?.filter(({ staffId, hasSecret, role }) => staffId !== person.staffId && hasSecret && role !== "auditor");
  const amount = formatMoney(countedMinor);
  return (
    <Dialog title={t("drawer.handOver.title")} onClose={onBack} width={560} bare={others?.length !== 0} testid="hand-over">
      <p className={layout.lead}>{t("drawer.handOver.lead", { amount, person: person.name })}</p>
      {others === undefined ? (
        <Loading rows={3} />
      ) : others.length === 0 ? (
        <Notice tone="amber">{t("drawer.handOver.nobody")}</Notice>
      ) : chosen === null ? (
        <PersonList staff={others} layer="dialog" onChoose={setChosen} onBack={onBack} />
      ) : (
        <Secret
          person={chosen}
          layer="dialog"
          error={giving.error}
          isBusy={giving.isPending}
          label={t("drawer.handOver")}
          lead={t("drawer.handOver.prove", { amount })}
          onGive={(secret) => giving.mutate({ close, staffId: chosen.staffId, secret, cashSessionId })}
          onBack={() => {
            giving.reset();
            setChosen(null);
          }}
        />
      )}
      {chosen === null && <Refusal error={giving.error} />}
    </Dialog>
  );
}
