import { TextInput } from "@mantine/core";
import type { RefObject } from "react";
import type { MailAccount } from "../../backend";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Choices } from "../../parts/Choices";
import layout from "../../parts/layout.module.css";
import { isOpenLine, type MailDraft, passwordState, portOf, SECURITIES, USUAL_PORTS, withSecurity } from "./mailAccount";
import styles from "./Settings.module.css";

/** The most characters of host, user and password, and of the sender's name. */
const LONGEST = { text: 250, name: 100 };

type Props = {
  draft: MailDraft;
  /** What is kept. */
  account: MailAccount | null;
  /** What is wrong with the sender's address. */
  addressError: string | null;
  onChange: (draft: MailDraft) => void;
  onEnter: () => void;
  first: RefObject<HTMLInputElement | null>;
};

/** Where mails are handed in, as whom, and from whom they come. */
export function MailForm({ draft, account, addressError, onChange, onEnter, first }: Props) {
  const password = passwordState(draft, account);
  const field = (name: Exclude<keyof MailDraft, "security">) => ({
    value: draft[name],
    maxLength: name === "fromName" ? LONGEST.name : LONGEST.text,
    inputWrapperOrder: ["label", "input", "error", "description"] as ("label" | "input" | "error" | "description")[],
    autoComplete: "off",
    spellCheck: false,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) => onChange({ ...draft, [name]: event.currentTarget.value }),
    onKeyDown: (event: React.KeyboardEvent) => {
      if (event.key === "Enter") onEnter();
    },
    "data-testid": `mail-${name}`,
  });
  return (
    <>
      <Choices
        label={t("mail.security")}
        choices={SECURITIES.map((value) => ({ value, label: named("mail.security", value), hint: named("mail.securityHint", value) }))}
        chosen={draft.security}
        onChoose={(security) => onChange(withSecurity(draft, security))}
        onEnter={onEnter}
        columns={3}
        testid="mail-security"
      />
      <div className={styles.hostAndPort}>
        <TextInput {...field("host")} ref={first} label={t("mail.host")} placeholder="mail.example.org" inputMode="url" error={isOpenLine(draft) ? t("mail.onlyHere") : undefined} />
        <TextInput
          {...field("port")}
          label={t("mail.port")}
          description={portOf(draft.port) === null ? undefined : t("mail.portHint", { port: USUAL_PORTS[draft.security] })}
          inputMode="numeric"
          maxLength={5}
          error={portOf(draft.port) === null ? t("mail.portRange") : undefined}
        />
      </div>
      <div className={layout.two}>
        <TextInput {...field("user")} label={t("mail.user")} description={t("mail.userHint")} />
        <TextInput
          {...field("password")}
          type="password"
          autoComplete="new-password"
          label={t("mail.password")}
          description={t(password === "none" ? "mail.passwordHint" : password === "kept" ? "mail.passwordKept" : "mail.passwordElsewhere")}
          placeholder={password === "kept" ? "••••••••" : undefined}
          disabled={draft.user.trim() === ""}
        />
      </div>
      <div className={layout.two}>
        <TextInput {...field("fromAddress")} type="email" label={t("mail.fromAddress")} placeholder="name@example.org" error={addressError ?? undefined} />
        <TextInput {...field("fromName")} label={t("mail.fromName")} description={t("mail.fromNameHint")} />
      </div>
    </>
  );
}
