import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { parseAmount } from "../../format";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";

import styles from "./Drawer.module.css";
import { MOVEMENTS, type MovementKind } from "./movements";
import { movementAct } from "./Session";

type Props = {
  kind: MovementKind;
  /** Names the entry that stands in the book now. */
  onBooked: (entryId: string) => void;
  onBack: () => void;
};

/** One movement of cash: amount, reason, note; Enter goes from one to the next and then books it. */
export function Movement({ kind, onBooked, onBack }: Props) {
  const reasons: readonly string[] = MOVEMENTS[kind].reasons;
  const hasAmount = kind !== "no_sale";
  const [entryId] = useState(newId);
  const [amount, setAmount] = useState("");
  const [reason, setReason] = useState(reasons[0] ?? "");
  const [note, setNote] = useState("");
  const [tried, setTried] = useState(false);
  const amountField = useRef<HTMLInputElement>(null);
  const reasonField = useRef<HTMLInputElement>(null);
  const noteField = useRef<HTMLInputElement>(null);
  const moving = useAct("move_cash", (_, { entryId: booked }) => onBooked(booked));

  const amountMinor = hasAmount ? parseAmount(amount) : 0;
  const isReady = amountMinor !== null && (!hasAmount || amountMinor > 0);
  const book = () => {
    if (moving.isPending) return;
    if (!isReady) {
      setTried(true);
      amountField.current?.focus();
      return;
    }
    moving.mutate({ entryId, kind, amountMinor, reason, note: note.trim() === "" ? null : note.trim() });
  };
  useKeys([
    { id: "movement.book", key: "F12", label: t("movement.book"), run: book, main: true },
    { id: "movement.back", key: "Escape", label: t("act.back"), run: onBack },
  ]);

  return (
    <div className={styles.form} data-testid={`movement-${kind}`}>
      <h2 className={layout.title}>{movementAct(kind)}</h2>
      {hasAmount && (
        <AmountField
          ref={amountField}
          label={t("movement.amount")}
          text={amount}
          onText={setAmount}
          onEnter={() => reasonField.current?.focus()}
          error={tried && !isReady ? t("movement.amountNeeded") : undefined}
          testid="movement-amount"
          autoFocus
        />
      )}
      <Choices
        ref={reasonField}
        label={t("movement.reason")}
        choices={reasons.map((value) => ({ value, label: lookUp(`reason.${kind}.${value}`) ?? value }))}
        chosen={reason}
        onChoose={setReason}
        onEnter={() => noteField.current?.focus()}
        testid="movement-reason"
        autoFocus={!hasAmount}
      />
      <TextInput
        ref={noteField}
        label={t("movement.note")}
        value={note}
        maxLength={200}
        autoComplete="off"
        onChange={(event) => setNote(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") book();
        }}
        data-testid="movement-note"
      />
      <div className={styles.goOn}>
        <Refusal error={moving.error} />
        <Button size="lg" h={56} onClick={book} loading={moving.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="movement-book">
          {t("movement.book")}
        </Button>
        <Button variant="default" onClick={onBack} rightSection={<Kbd>Escape</Kbd>} data-testid="movement-back">
          {t("act.back")}
        </Button>
      </div>
    </div>
  );
}
