import { TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import type { BackendError } from "../backend";
import { newId } from "../backend/ids";
import { useAct } from "../backend/queries";
import { t } from "../messages/messages";
import { named, wording } from "../messages/wording";
import { Dialog } from "../parts/Dialog";
import { Refusal } from "../parts/Notice";
import type { ToMail } from "./mailing";

/** Longer than an address may be. */
const LONGEST_ADDRESS = 300;

type Props = {
  /** What is sent; null for a test of the account. */
  paper: ToMail | null;
  /** An address to begin with. */
  proposed?: string;
  onSent: (mailId: string) => void;
  onClose: () => void;
};

/** Where a paper goes by e-mail: one address, and what becomes of it. */
export function AskMail({ paper, proposed = "", onSent, onClose }: Props) {
  const [address, setAddress] = useState(proposed);
  const asked = useRef<{ mailId: string; address: string } | null>(null);
  const sent = (_: unknown, { mailId }: { mailId: string }) => onSent(mailId);
  const sending = useAct("send_mail", sent);
  const testing = useAct("test_mail", sent);
  const isPending = sending.isPending || testing.isPending;
  const isReady = address.trim() !== "" && !isPending;
  const send = () => {
    if (!isReady) return;
    // Asked again after a silence it is the same mail; to another address it is another one.
    if (asked.current?.address !== address) asked.current = { mailId: newId(), address };
    if (paper === null) testing.mutate(asked.current);
    else sending.mutate({ ...asked.current, ...paper });
  };
  const error = sending.error ?? testing.error;
  const isOfAddress = error?.code === "bad_address";
  return (
    <Dialog
      title={named("mail.give", paper?.what ?? "test")}
      onClose={onClose}
      width={560}
      testid="ask-mail"
      acts={[{ id: "mail.send", key: "Enter", label: t("mail.send"), run: send, main: true, disabled: !isReady }]}
    >
      <TextInput
        data-autofocus
        type="email"
        label={t("mail.address")}
        description={t(paper === null ? "mail.becomesTest" : "mail.becomes")}
        inputWrapperOrder={["label", "input", "error", "description"]}
        placeholder="name@example.org"
        value={address}
        maxLength={LONGEST_ADDRESS}
        error={isOfAddress ? <span data-testid="mail-address-error">{wording(error as BackendError)}</span> : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setAddress(event.currentTarget.value);
          sending.reset();
          testing.reset();
        }}
        data-testid="mail-address"
      />
      <Refusal error={isOfAddress ? null : error} />
    </Dialog>
  );
}
