import type { MailView, SendMail, WaitingMail } from "../backend";
import { useAsk } from "../backend/queries";
import { type MessageKey, t } from "../messages/messages";
import { named } from "../messages/wording";

/** A paper that goes by e-mail. */
export type ToMail = Pick<SendMail, "what" | "of">;

/** What of the mails needs a look. */
export type MailLook = { state: "in_doubt" | "refused" | "waits"; count: number } | { state: "trouble"; code: string; waiting: number };

const NO_MAIL: MailView = { account: null, trouble: null, waiting: [] };

/** The mail account of this till and what is still to be sent; none until that is known. */
export const useMail = (): MailView => useAsk("mail", {}).data ?? NO_MAIL;

/**
 * What needs a look: somebody has to say what became of a mail, or to do something about the server, or mails wait;
 * null where nothing does.
 */
export function mailLook({ waiting, trouble }: MailView): MailLook | null {
  const count = (state: string) => waiting.filter((mail) => mail.state === state).length;
  for (const state of ["in_doubt", "refused"] as const) if (count(state) > 0) return { state, count: count(state) };
  if (trouble !== null) return { state: "trouble", code: trouble, waiting: waiting.length };
  return waiting.length > 0 ? { state: "waits", count: waiting.length } : null;
}

const LOOKS = { in_doubt: "mail.doubt", refused: "mail.refused", waits: "mail.waits" } as const satisfies Record<string, MessageKey>;

export function mailLookWords(look: MailLook): string {
  if (look.state !== "trouble") return t(LOOKS[look.state], { count: look.count });
  const trouble = t("mail.mark", { trouble: named("mail.trouble", look.code) });
  return look.waiting > 0 ? `${trouble} · ${t("mail.andWait", { count: look.waiting })}` : trouble;
}

/** What a mail carries, in words. */
export function mailWords({ what, no, copyNo }: WaitingMail): string {
  if (what === "test") return t("mail.test");
  const paper = named("printer.paper", what).replace("{no}", no ?? "").trim();
  return copyNo === 0 ? paper : t("printer.copy", { paper, copy: copyNo });
}

/** Mails that were dropped here: they are not among those that wait, and were not sent. */
const dropped = new Set<string>();

/** Remembers that nobody wants a mail any more. */
export const noteDropped = (mailId: string): void => void dropped.add(mailId);

/** What became of a mail that was asked for, as it stands now. */
export function sentWords({ waiting, trouble }: MailView, mailId: string): string {
  const mail = waiting.find((each) => each.mailId === mailId);
  if (mail === undefined) return t(dropped.has(mailId) ? "mail.asked.dropped" : "mail.asked.sent");
  const code = mail.code ?? trouble;
  if (mail.state === "in_doubt") return t("mail.asked.in_doubt");
  if (mail.state === "refused") return t("mail.asked.refused", { trouble: named("mail.trouble", code ?? "") });
  if (mail.state === "sending" || code === null) return t("mail.asked.sending");
  return t("mail.asked.waits", { trouble: named("mail.trouble", code) });
}
