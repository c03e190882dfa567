import { IconMail } from "@tabler/icons-react";
import styles from "./Frame.module.css";
import { mailLook, mailLookWords, useMail } from "./mailing";
import { useLasting } from "./printing";

/** Longer than until a mail is tried for the second time. */
const SOON_GONE_MS = 8000;

/** That a mail needs a look; nothing while mails just go. The details open by it. */
export function MailMark({ onOpen }: { onOpen: () => void }) {
  const mail = useMail();
  const look = mailLook(mail);
  const isHeldUp = look?.state === "trouble" && look.waiting > 0;
  const isHeldUpLong = useLasting(isHeldUp, SOON_GONE_MS);
  const isAsked = look?.state === "in_doubt" || look?.state === "refused";
  if (look === null || !(isAsked || (isHeldUp && isHeldUpLong))) return null;
  const words = mailLookWords(look);
  return (
    <button
      type="button"
      tabIndex={-1}
      className={`${styles.mark} ${styles.mail}`}
      data-tone="waits"
      data-testid="mail-mark"
      data-state={look.state}
      title={`${words} · Alt+M`}
      onClick={onOpen}
    >
      <IconMail size={20} stroke={1.75} aria-hidden />
      <span>{words}</span>
    </button>
  );
}
