import { type ReactNode, useState } from "react";
import { t } from "../messages/messages";
import { Notice } from "../parts/Notice";
import { AskMail } from "./AskMail";
import { sentWords, type ToMail, useMail } from "./mailing";
import { useMay } from "./screens";

export type Mailing = {
  /** Whether a paper can go by e-mail here: otherwise it is not offered. */
  isOffered: boolean;
  /** Asks for the address of a paper. */
  ask: (paper: ToMail) => void;
  /** What became of a paper that was asked for; null of every other. */
  said: (paper: ToMail) => string | null;
  /** The question, while it is asked. */
  dialog: ReactNode;
};

/** Gives papers out by e-mail, by the account of this till. */
export function useMailing(): Mailing {
  const mail = useMail();
  const may = useMay("sell");
  const [asking, setAsking] = useState<ToMail | null>(null);
  const [asked, setAsked] = useState<{ paper: ToMail; mailId: string } | null>(null);
  return {
    isOffered: may && mail.account !== null,
    ask: setAsking,
    said: ({ what, of }) => (asked !== null && asked.paper.what === what && asked.paper.of === of ? sentWords(mail, asked.mailId) : null),
    dialog: asking !== null && (
      <AskMail
        paper={asking}
        onSent={(mailId) => {
          setAsked({ paper: asking, mailId });
          setAsking(null);
        }}
        onClose={() => setAsking(null)}
      />
    ),
  };
}

/** The act that asks for the address, on every screen by the same key. */
export const mailAct = (id: string, mailing: Mailing, paper: ToMail, isThere = true) => ({
  id,
  key: "Ctrl+E",
  label: t("mail.by"),
  run: () => mailing.ask(paper),
  disabled: !mailing.isOffered || !isThere,
});

/** What became of asking for it; nothing where nobody asked. */
export function MailAsked({ mailing, paper }: { mailing: Mailing; paper: ToMail }) {
  const said = mailing.said(paper);
  return (
    said !== null && (
      <Notice tone="plain" testid="mail-asked">
        {said}
      </Notice>
    )
  );
}
