import { PasswordInput, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { call } from "../../backend";
import { makePasskey } from "../../backend/passkeys";
import { keep, useAct } from "../../backend/queries";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import { useDoing } from "./doing";

/** As many characters as a passphrase has at least. */
const LEAST = 15;

/** Has the device make a passkey and gives it to the server. */
export function useAddPasskey(done: () => void) {
  const client = useQueryClient();
  return useDoing(async () => {
    const { askedId, options } = await call("ask_new_passkey", {});
    keep(client, "add_passkey", await call("add_passkey", { askedId, credential: await makePasskey(options) }));
    done();
  });
}

/** A name and a passphrase, typed twice. */
export function SetPassphrase({ known, onClose, done }: { known: string; onClose: () => void; done: () => void }) {
  const [name, setName] = useState(known);
  const [passphrase, setPassphrase] = useState("");
  const [again, setAgain] = useState("");
  const setting = useAct("set_passphrase", done);
  const fields = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)] as const;
  const missing = LEAST - [...passphrase.normalize("NFKC")].length;
  const isReady = name.trim().length >= 3 && missing <= 0 && again === passphrase && !setting.isPending;
  const set = () => {
    if (isReady) setting.mutate({ name, passphrase });
  };
  const next = () => {
    const at = fields.findIndex((field) => field.current === document.activeElement);
    if (at < fields.length - 1) fields[at + 1]?.current?.focus();
    else set();
  };
  const tooShort = passphrase !== "" && missing > 0 ? t("passphrase.tooShort", { count: missing }) : undefined;
  const differs = again !== "" && !passphrase.startsWith(again) ? t("passphrase.differs") : undefined;
  return (
    <Dialog
      title={t("passphrase.title")}
      onClose={onClose}
      width={560}
      testid="set-passphrase"
      acts={[
        { id: "passphrase.next", key: "Enter", label: t("setup.next"), run: next, quiet: true },
        { id: "passphrase.set", key: "F12", label: t("act.save"), run: set, main: true, disabled: !isReady },
      ]}
    >
      <p className={layout.lead}>{t("passphrase.lead")}</p>
      <TextInput
        data-autofocus
        ref={fields[0]}
        label={t("enter.name")}
        description={t("passphrase.nameHint")}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        maxLength={64}
        data-testid="passphrase-name"
      />
      <PasswordInput
        ref={fields[1]}
        label={t("passphrase.new")}
        description={tooShort ?? t("passphrase.newHint")}
        value={passphrase}
        onChange={(event) => setPassphrase(event.currentTarget.value)}
        autoComplete="new-password"
        maxLength={256}
        data-testid="passphrase-new"
      />
      <PasswordInput
        ref={fields[2]}
        label={t("passphrase.again")}
        error={differs}
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        autoComplete="new-password"
        maxLength={256}
        data-testid="passphrase-again"
      />
      <Refusal error={setting.error} />
    </Dialog>
  );
}
