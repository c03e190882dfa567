import { Button, PasswordInput, TextInput, VisuallyHidden } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { type BackendError, call } from "../../backend";
import { showPasskey } from "../../backend/passkeys";
import { useAct, useAsk } from "../../backend/queries";
import { BottomBar } from "../../frame/BottomBar";
import { Help } from "../../frame/Help";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Notice, Refusal } from "../../parts/Notice";
import { useDoing } from "./doing";
import styles from "./Entrance.module.css";

/** Codes with which a server says that this browser may not look, or not any more. */
const NOT_IN: ReadonlySet<string> = new Set(["viewing_ended", "link_unknown", "view_not_allowed"]);

export const isNotIn = (error: BackendError | null): boolean => error !== null && NOT_IN.has(error.code);

/** Anew, so that nothing of whoever looked before is left. */
const begin = () => window.location.reload();

/** The server's sign-in page: by passkey, by name and passphrase, or how to get in for the first time. */
export function Entrance({ error, wasIn }: { error: BackendError; wasIn: boolean }) {
  const ways = useAsk("ways_in", {});
  const [isHelp, setHelp] = useState(false);
  useKeys([{ id: "enter.help", key: "F1", label: t("act.help"), run: () => setHelp(true) }], "frame");
  const isWorthSaying = error.code !== "viewing_ended";
  return (
    <div className={styles.page}>
      <main className={styles.screen} data-testid="entrance">
        <div className={styles.middle}>
          <p className={styles.brand}>PharmaTill</p>
          <h1 className={styles.title}>{t("enter.title")}</h1>
          <p className={styles.lead}>{t("enter.lead")}</p>
          {isWorthSaying && <Refusal error={error} />}
          {!isWorthSaying && wasIn && <Notice tone="plain">{t("enter.ended")}</Notice>}
          {ways.data !== undefined && <Ways hasPasskeys={ways.data.hasPasskeys} />}
          <Refusal error={ways.error} />
          <p className={styles.first}>{t("enter.howIn")}</p>
        </div>
      </main>
      <BottomBar />
      {isHelp && <Help title={t("help.title", { screen: t("enter.screen") })} text={t("help.enter")} onClose={() => setHelp(false)} />}
    </div>
  );
}

function Ways({ hasPasskeys }: { hasPasskeys: boolean }) {
  const [name, setName] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const passphraseField = useRef<HTMLInputElement>(null);
  const byName = useAct("enter_by_passphrase", begin);
  const byPasskey = useDoing(async () => {
    const { askedId, options } = await call("ask_passkey", {});
    await call("enter_by_passkey", { askedId, credential: await showPasskey(options) });
    begin();
  });
  const isBusy = byName.isPending || byPasskey.isDoing;
  const enter = () => {
    if (isBusy || name.trim() === "") return;
    if (passphrase === "") passphraseField.current?.focus();
    else byName.mutate({ name, passphrase });
  };
  useKeys([
    { id: "enter.passkey", key: "F12", label: t("enter.passkey"), run: byPasskey.run, main: true, disabled: !hasPasskeys || isBusy },
    { id: "enter.name", key: "Enter", label: t("enter.do"), run: enter, quiet: true, disabled: isBusy },
  ]);
  return (
    <>
      {hasPasskeys && (
        <>
          <Button
            size="lg"
            autoFocus
            onClick={byPasskey.run}
            disabled={isBusy}
            leftSection={<IconKey size={20} stroke={1.75} aria-hidden />}
            rightSection={<span className={styles.key}><Kbd>F12</Kbd></span>}
            data-testid="enter-passkey"
          >
            {t(byPasskey.isDoing ? "enter.waiting" : "enter.passkey")}
          </Button>
          <p className={styles.hint}>{t("enter.passkeyHint")}</p>
          <Refusal error={byPasskey.error} />
          <p className={styles.or}>{t("enter.or")}</p>
        </>
      )}
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          enter();
        }}
      >
        <TextInput
          label={t("enter.name")}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          autoFocus={!hasPasskeys}
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          data-testid="enter-name"
        />
        <PasswordInput
          ref={passphraseField}
          label={t("enter.passphrase")}
          value={passphrase}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
          autoComplete="current-password"
          maxLength={256}
          data-testid="enter-passphrase"
        />
        <Refusal error={byName.error} />
        <Button type="submit" variant={hasPasskeys ? "default" : "filled"} size="md" disabled={isBusy || name.trim() === ""} data-testid="enter-do">
          {t("enter.do")}
        </Button>
      </form>
      <VisuallyHidden role="status">{byPasskey.isDoing ? t("enter.waiting") : ""}</VisuallyHidden>
    </>
  );
}
