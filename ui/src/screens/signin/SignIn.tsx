import { useState } from "react";
import type { StaffView, TillView } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatTime } from "../../format";
import { BottomBar } from "../../frame/BottomBar";
import { Help } from "../../frame/Help";
import { useKeys, useScan } from "../../keys/keys";
import { keepScan } from "../../keys/waiting";
import { t } from "../../messages/messages";
import { Refusal } from "../../parts/Notice";
import { Failed, Loading } from "../../parts/states";
import { Waiting } from "../../parts/Waiting";
import { PersonList } from "./PersonList";
import { Prove } from "./Prove";
import styles from "./SignIn.module.css";
import { useBadge } from "./useBadge";

/** Say who you are, by a digit, the arrows and Enter or a finger, and prove it. */
export function SignIn({ till, practice }: { till: TillView; practice: boolean }) {
  const staff = useAsk("staff", {});
  const [chosen, setChosen] = useState<StaffView | null>(null);
  const [isHelp, setHelp] = useState(false);
  useKeys([{ id: "signIn.help", key: "F1", label: t("act.help"), run: () => setHelp(true) }], "frame");
  useScan(keepScan);
  const noBadge = useBadge((staffId) => setChosen(staff.data?.find((one) => one.staffId === staffId) ?? null));
  return (
    <div className={styles.page}>
      <main className={styles.screen} data-testid="screen-signin">
        {practice && <div className={styles.practice}>{t("frame.practice")}</div>}
        <div className={styles.middle}>
          <p className={styles.where}>
            {till.branchName} · {t("frame.till", { no: till.tillNo })} · {formatTime(Date.now())}
          </p>
          <h1 className={styles.title}>{t("signIn.title")}</h1>
          {chosen === null && staff.data?.some(({ hasBadge }) => hasBadge) && <p className={styles.lead}>{t("signIn.orBadge")}</p>}
          {staff.isError && <Failed error={staff.error} again={() => void staff.refetch()} />}
          {staff.isPending && <Loading rows={3} height={64} />}
          {staff.data !== undefined && (
            chosen === null ? <PersonList staff={staff.data} layer="screen" onChoose={setChosen} /> : <Prove key={chosen.staffId} person={chosen} layer="screen" onBack={() => setChosen(null)} />
          )}
          <Refusal error={noBadge} />
          <Waiting />
        </div>
      </main>
      <BottomBar />
      {isHelp && <Help title={t("help.title", { screen: t("signIn.screen") })} text={t("help.signIn")} onClose={() => setHelp(false)} />}
    </div>
  );
}
