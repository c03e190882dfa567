import { UnstyledButton } from "@mantine/core";
import { IconKey, IconTextCaption } from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { Viewing } from "../../backend";
import { BottomBar } from "../../frame/BottomBar";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import styles from "./Entrance.module.css";
import { SetPassphrase, useAddPasskey } from "./newWays";

/** After a link: how to sign in the next time without one. */
export function Welcome({ viewing, onDone }: { viewing: Viewing; onDone: () => void }) {
  const { person, hasPasskeys } = viewing;
  const [isTyping, setTyping] = useState(false);
  const adding = useAddPasskey(onDone);
  const type = () => setTyping(true);
  useKeys([
    { id: "welcome.later", key: "Escape", label: t("welcome.later"), run: onDone },
    { id: "welcome.passphrase", key: "F2", label: t("welcome.passphrase"), run: type, main: !hasPasskeys },
    { id: "welcome.passkey", key: "F12", label: t("welcome.passkey"), run: adding.run, main: true, disabled: !hasPasskeys || adding.isDoing },
  ]);
  return (
    <div className={styles.page}>
      <main className={styles.screen} data-testid="welcome">
        <div className={styles.middle}>
          <p className={styles.brand}>PharmaTill</p>
          <h1 className={styles.title}>{person.name === "" ? t("welcome.titleBare") : t("welcome.title", { name: person.name })}</h1>
          <p className={styles.lead}>{t("welcome.lead")}</p>
          <div className={styles.ways}>
            {hasPasskeys && (
              <Way icon={<IconKey size={24} stroke={1.75} aria-hidden />} name={t(adding.isDoing ? "enter.waiting" : "welcome.passkey")} hint={t("welcome.passkeyHint")} keyName="F12" onChoose={adding.run} testid="welcome-passkey" />
            )}
            <Way icon={<IconTextCaption size={24} stroke={1.75} aria-hidden />} name={t("welcome.passphrase")} hint={t("welcome.passphraseHint")} keyName="F2" onChoose={type} testid="welcome-passphrase" />
            <Way name={t("welcome.later")} keyName="Escape" onChoose={onDone} testid="welcome-later" />
          </div>
          <Refusal error={adding.error} />
        </div>
      </main>
      <BottomBar />
      {isTyping && <SetPassphrase known="" onClose={() => setTyping(false)} done={onDone} />}
    </div>
  );
}

type WayProps = { icon?: ReactNode; name: string; hint?: string; keyName: string; onChoose: () => void; testid: string };

function Way({ icon, name, hint, keyName, onChoose, testid }: WayProps) {
  return (
    <UnstyledButton className={styles.way} onClick={onChoose} data-testid={testid}>
      <span className={styles.sign}>{icon}</span>
      <span className={styles.what}>
        <b>{name}</b>
        {hint !== undefined && <span className={styles.hint}>{hint}</span>}
      </span>
      <span className={styles.key}>
        <Kbd>{keyName}</Kbd>
      </span>
    </UnstyledButton>
  );
}
