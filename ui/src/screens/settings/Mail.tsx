import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { MailAccount } from "../../backend";
import { useAct } from "../../backend/queries";
import { AskMail } from "../../frame/AskMail";
import { mailLook, mailLookWords, noteDropped, sentWords, useMail } from "../../frame/mailing";
import { useMay } from "../../frame/screens";
import { useKeys, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named, wording } from "../../messages/wording";
import { Dialog } from "../../parts/Dialog";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { MailForm } from "./MailForm";
import { draftOf, inputOf, type MailDraft } from "./mailAccount";
import styles from "./Settings.module.css";

/** The account that papers are sent from: set up, tried out, taken away; and what waits to be sent. */
export function Mail() {
  const mail = useMail();
  const { account } = mail;
  const may = useMay("settings");
  const first = useRef<HTMLInputElement>(null);
  // What is typed and not kept yet; what is kept is shown until then.
  const [draft, setDraft] = useState<MailDraft | null>(null);
  const [asking, setAsking] = useState<"test" | "away" | null>(null);
  const [tested, setTested] = useState<string | null>(null);
  const saving = useAct("set_mail", (_, asked) => {
    if (asked.account === null) mail.waiting.forEach(({ mailId }) => noteDropped(mailId));
    setDraft(null);
    setAsking(null);
    setTested(null);
  });
  const kept = draftOf(account);
  const shown = draft ?? kept;
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(kept);
  const input = inputOf(shown);
  const canSave = may && isChanged && input !== null;
  // A test goes by what is kept, so it waits for what is typed.
  const canTest = may && account !== null && !isChanged;
  const addressError = saving.error?.code === "bad_address" ? saving.error : null;

  const save = () => {
    if (canSave && !saving.isPending) saving.mutate({ account: input });
  };
  const takeAway = () => {
    if (!saving.isPending) saving.mutate({ account: null });
  };
  const askAway = () => (mail.waiting.length > 0 ? setAsking("away") : takeAway());
  useKeys([
    { id: "settings.mail", label: t("mail.account"), run: () => first.current?.focus(), disabled: !may },
    { id: "settings.saveMail", label: t("mail.save"), run: save, disabled: !canSave },
    { id: "settings.testMail", key: "Ctrl+E", label: t("mail.test"), run: () => setAsking("test"), disabled: !canTest, quiet: true },
    { id: "settings.noMail", label: t("mail.takeAway"), run: askAway, disabled: !may || account === null },
  ]);
  return (
    <section className={styles.card} data-testid="settings-mail">
      <h2>{t("mail.title")}</h2>
      {may ? (
        <MailForm
          draft={shown}
          account={account}
          addressError={addressError === null ? null : wording(addressError)}
          onChange={(next) => {
            setDraft(next);
            saving.reset();
          }}
          onEnter={save}
          first={first}
        />
      ) : (
        <AsItIs account={account} />
      )}
      <Refusal error={addressError === null ? saving.error : null} />
      {may && (
        <div className={styles.cardActs}>
          <Button onClick={save} disabled={!canSave} loading={saving.isPending} data-testid="mail-save">
            {t("act.save")}
          </Button>
          <Button variant="default" onClick={() => setAsking("test")} disabled={!canTest} rightSection={<Kbd>Ctrl+E</Kbd>} data-testid="mail-test">
            {t("mail.test")}
          </Button>
          <Button variant="default" onClick={askAway} disabled={account === null} data-testid="mail-remove">
            {t("mail.takeAway")}
          </Button>
        </div>
      )}
      {tested !== null && (
        <Notice tone="plain" testid="mail-tested">
          {sentWords(mail, tested)}
        </Notice>
      )}
      <State />
      {asking === "test" && (
        <AskMail
          paper={null}
          proposed={account?.fromAddress}
          onSent={(mailId) => {
            setTested(mailId);
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "away" && (
        <Dialog
          title={t("mail.takeAway")}
          onClose={() => setAsking(null)}
          acts={[{ id: "mail.away", key: "F12", label: t("mail.takeAwayYes"), run: takeAway, main: true }]}
          testid="mail-away"
        >
          <Notice tone="amber">{t("mail.takeAwayAsk", { count: mail.waiting.length })}</Notice>
          <Refusal error={saving.error} />
        </Dialog>
      )}
    </section>
  );
}

/** To be read, for who does not decide about it. */
function AsItIs({ account }: { account: MailAccount | null }) {
  return (
    <>
      {account !== null && (
        <Facts
          facts={[
            [t("mail.host"), `${account.host}:${account.port}`],
            [t("mail.security"), named("mail.security", account.security)],
            ...(account.user === "" ? [] : [[t("mail.user"), account.user] as const]),
            [t("mail.fromAddress"), account.fromAddress],
            ...(account.fromName === "" ? [] : [[t("mail.fromName"), account.fromName] as const]),
          ]}
        />
      )}
      <p className={layout.muted}>{t("may.managers")}</p>
    </>
  );
}

/** What keeps mails from going, or how many wait; in one row that is always there. */
function State() {
  const mail = useMail();
  const open = useNamedAct("frame.mail");
  const look = mailLook(mail);
  const words = look !== null ? mailLookWords(look) : t(mail.account === null ? "mail.none" : "mail.nothing");
  return (
    <div className={styles.printerState}>
      <p role="status" className={layout.muted} data-tone={look === null ? undefined : "waits"} data-testid="mail-state">
        {words}
      </p>
      {(mail.account !== null || look !== null) && (
        <Button variant="default" onClick={open?.run} rightSection={<Kbd>Alt+M</Kbd>} data-testid="mail-open">
          {t("mail.open")}
        </Button>
      )}
    </div>
  );
}
