import { useState } from "react";
import type { TillView } from "../../backend";
import { useAct, useAsk } from "../../backend/queries";
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
import styles from "./SignIn.module.css";

/** Choose who you are: a digit, the arrows and Enter, or a finger. */
export function SignIn({ till, practice }: { till: TillView; practice: boolean }) {
  const staff = useAsk("staff", {});
  const signIn = useAct("sign_in");
  const [isHelp, setHelp] = useState(false);
  useKeys([{ id: "signIn.help", key: "F1", label: t("act.help"), run: () => setHelp(true) }], "frame");
  useScan(keepScan);
  return (
    <div className={styles.page}>
      <main className={styles.screen} data-testid="screen-signin">
        {practice && <div className={styles.practice}>{t("frame.practice")}</div>}
        <div className={styles.middle}>
          <p className={styles.where}>
            {till.branchName} · {t("frame.till", { no: till.tillNo })} · {formatTime(Date.now())}
          </p>
          <h1 className={styles.title}>{t("signIn.title")}</h1>
          {staff.isError && <Failed error={staff.error} again={() => void staff.refetch()} />}
          {staff.isPending && <Loading rows={3} height={64} />}
          {staff.data !== undefined && (
            <PersonList staff={staff.data} layer="screen" onChoose={(person) => signIn.mutate({ staffId: person.staffId })} />
          )}
          <Refusal error={signIn.error} />
          <Waiting />
        </div>
      </main>
      <BottomBar />
      {isHelp && <Help title={t("help.title", { screen: t("signIn.screen") })} text={t("help.signIn")} onClose={() => setHelp(false)} />}
    </div>
  );
}
