import { useEffect, useState, useSyncExternalStore } from "react";
import type { StaffView } from "../../backend";
import { approval, type Need } from "../../backend/approval";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import { Notice, Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import { needWords } from "./needWords";
import { PersonList } from "./PersonList";
import { Secret } from "./Secret";
import styles from "./SignIn.module.css";
import { useBadge } from "./useBadge";

/** What somebody may not do alone waits here for somebody who may. */
export function Approvals() {
  const waiting = useSyncExternalStore(approval.listen, approval.now);
  if (waiting === null) return null;
  return <Approval key={`${waiting.need.permission} ${waiting.need.extent}`} need={waiting.need} />;
}

function Approval({ need }: { need: Need }) {
  const { person, status } = useDuty();
  const staff = useAsk("staff", {});
  const [entryId] = useState(newId);
  const [chosen, setChosen] = useState<StaffView | null>(null);
  const approve = useAct("approve", () => approval.end(true));
  const ask = useAct("ask_approval");
  const allow = (staffId: string, secret: string) => approve.mutate({ entryId, staffId, secret, permission: need.permission, extent: need.extent });
  // Whoever shows their badge allows it with that.
  const noBadge = useBadge(allow);
  const giveUp = () => approval.end(false);
  const may = staff.data?.filter(({ staffId }) => need.approvers.includes(staffId));
  const elsewhere = () => ask.mutate({ entryId: newId(), permission: need.permission, extent: need.extent });
  const askedId = ask.isSuccess ? ask.variables.entryId : null;
  const answer = useAsk("approval_state", { entryId: askedId ?? "" }, { enabled: askedId !== null });
  const state = askedId === null ? null : (answer.data?.state ?? "waits");
  useEffect(() => {
    // Goes on as soon as somebody has answered there.
    if (state === "given") approval.end(true);
  }, [state]);
  const isWaiting = state === "waits" || ask.isPending;
  const canAsk = status.sync.hasServer && !status.practice && may?.length !== 0;
  return (
    <Dialog title={t("approval.title")} onClose={giveUp} width={560} bare={may?.length !== 0} testid="approval">
      <p className={styles.asked}>
        {needWords(need.permission, need.extent)}
        <span className={styles.role}>{t("approval.for", { person: person.name })}</span>
      </p>
      {may === undefined ? (
        <Loading rows={3} />
      ) : may.length === 0 ? (
        <Notice tone="amber">{t("approval.nobody")}</Notice>
      ) : chosen === null ? (
        <>
          {may.some(({ hasBadge }) => hasBadge) && <p className={styles.lead}>{t("approval.orBadge")}</p>}
          <PersonList
            staff={may}
            layer="dialog"
            onChoose={setChosen}
            onBack={giveUp}
            more={canAsk ? [{ id: "approval.elsewhere", key: "F3", label: t("approval.elsewhere"), run: elsewhere, disabled: isWaiting }] : []}
          />
          {canAsk && <Elsewhere isWaiting={isWaiting} refusedBy={state === "refused" ? (answer.data?.person ?? "") : null} onAsk={elsewhere} />}
        </>
      ) : (
        <Secret
          person={chosen}
          layer="dialog"
          error={approve.error}
          isBusy={approve.isPending}
          label={t("approval.allow")}
          onGive={(secret) => allow(chosen.staffId, secret)}
          onBack={() => {
            approve.reset();
            setChosen(null);
          }}
        />
      )}
      <Refusal error={noBadge ?? (chosen === null ? (approve.error ?? ask.error) : null)} />
    </Dialog>
  );
}

/** Asking at the other tills, and what came of it. */
function Elsewhere({ isWaiting, refusedBy, onAsk }: { isWaiting: boolean; refusedBy: string | null; onAsk: () => void }) {
  return (
    <div aria-live="polite" data-testid="approval-elsewhere">
      {isWaiting && <Notice tone="plain">{t("approval.waits")}</Notice>}
      {refusedBy !== null && <Notice tone="amber">{t("approval.refused", { person: refusedBy })}</Notice>}
      {!isWaiting && (
        <button type="button" className={styles.elsewhere} onClick={onAsk}>
          {t("approval.elsewhere")} <Kbd>F3</Kbd>
        </button>
      )}
    </div>
  );
}
