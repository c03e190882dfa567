import { Button, PasswordInput } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { BackendError, StaffView } from "../../backend";
import type { Layer } from "../../keys/registry";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named, wording } from "../../messages/wording";
import { Kbd } from "../../parts/Kbd";
import { Notice } from "../../parts/Notice";
import { NumberPad } from "../../parts/NumberPad";
import styles from "./SignIn.module.css";

/** Digits of the PIN of somebody who does not decide about others: with the last one it is given. */
const PIN_DIGITS = 6;

/** Whether somebody's PIN is a longer one. */
export const isLong = ({ role }: { role: string }): boolean => role === "manager" || role === "owner";

type Props = {
  person: StaffView;
  layer: Layer;
  error: BackendError | null;
  isBusy: boolean;
  /** What Enter does, in words. */
  label: string;
  /** What is asked for, where it is not the ordinary sign-in. */
  lead?: string;
  onGive: (secret: string) => void;
  onBack: () => void;
};

/** The PIN of one person. A wrong one is taken away, and where there were too many the field waits. */
export function Secret({ person, layer, error, isBusy, label, lead, onGive, onBack }: Props) {
  const [secret, setSecret] = useState("");
  const waitS = useWait(error);
  // What was refused is not typed on.
  useEffect(() => setSecret(""), [error]);
  const isReady = secret !== "" && !isBusy && waitS === 0;
  const give = (given: string) => {
    setSecret("");
    onGive(given);
  };
  const typed = (text: string) => {
    const isWhole = !isLong(person) && text.length === PIN_DIGITS && /^\d+$/.test(text);
    if (isWhole && !isBusy && waitS === 0) give(text);
    else setSecret(text);
  };
  useKeys(
    [
      { id: "secret.give", key: "Enter", label, main: true, disabled: !isReady, run: () => give(secret) },
      { id: "secret.back", key: "Escape", label: t("act.back"), run: onBack },
    ],
    layer,
  );
  return (
    <div className={styles.prove} data-testid="prove">
      <Head person={person} />
      {lead !== undefined && <p className={styles.lead}>{lead}</p>}
      <PasswordInput
        data-autofocus
        autoFocus
        label={t(isLong(person) ? "signIn.longPin" : "signIn.pin")}
        value={secret}
        maxLength={128}
        inputMode={isLong(person) ? "text" : "numeric"}
        readOnly={waitS > 0}
        autoComplete="off"
        visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: -1 }}
        onChange={(event) => typed(event.currentTarget.value)}
        data-testid="pin"
      />
      <NumberPad marks={["*", "#"]} />
      {error !== null && (
        <Notice tone="red" testid="refusal">
          {waitS > 0 ? t("signIn.wait", { seconds: waitS }) : wording(error)}
        </Notice>
      )}
      <Ways label={label} isReady={isReady} onEnter={() => give(secret)} onBack={onBack} />
    </div>
  );
}

type ChooseProps = Omit<Props, "label" | "lead" | "onGive"> & { onChoose: (secret: string) => void };

/** A PIN of one's own, typed twice. */
export function ChooseSecret({ person, layer, error, isBusy, onChoose, onBack }: ChooseProps) {
  const [secret, setSecret] = useState("");
  const [again, setAgain] = useState("");
  const second = useRef<HTMLInputElement>(null);
  const isReady = secret !== "" && (again === "" || again === secret) && !isBusy;
  const enter = () => (again === "" ? second.current?.focus() : onChoose(secret));
  useKeys(
    [
      { id: "secret.choose", key: "Enter", label: t("signIn.choose"), main: true, disabled: !isReady, run: enter },
      { id: "secret.back", key: "Escape", label: t("act.back"), run: onBack },
    ],
    layer,
  );
  return (
    <div className={styles.prove} data-testid="choose-pin">
      <Head person={person} />
      <p className={styles.lead}>{t(isLong(person) ? "signIn.chooseLong" : "signIn.chooseLead")}</p>
      <PasswordInput
        data-autofocus
        autoFocus
        label={t("signIn.newPin")}
        value={secret}
        maxLength={128}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: -1 }}
        onChange={(event) => setSecret(event.currentTarget.value)}
        data-testid="new-pin"
      />
      <PasswordInput
        ref={second}
        label={t("signIn.again")}
        value={again}
        maxLength={128}
        autoComplete="new-password"
        error={again !== "" && !secret.startsWith(again) ? t("setup.trouble.notTheSame") : undefined}
        visibilityToggleButtonProps={{ "aria-label": t("signIn.show"), tabIndex: -1 }}
        onChange={(event) => setAgain(event.currentTarget.value)}
        data-testid="new-pin-again"
      />
      {error !== null && error.code !== "secret_to_choose" && (
        <Notice tone="red" testid="refusal">
          {wording(error)}
        </Notice>
      )}
      <Ways label={t("signIn.choose")} isReady={isReady} onEnter={enter} onBack={onBack} />
    </div>
  );
}

/** Back and on, for a finger. */
function Ways({ label, isReady, onEnter, onBack }: { label: string; isReady: boolean; onEnter: () => void; onBack: () => void }) {
  return (
    // The field keeps the focus.
    <div className={styles.ways} onPointerDown={(event) => event.preventDefault()}>
      <Button variant="default" tabIndex={-1} onClick={onBack} rightSection={<Kbd>Escape</Kbd>} data-testid="prove-back">
        {t("act.back")}
      </Button>
      <Button tabIndex={-1} disabled={!isReady} onClick={onEnter} rightSection={<Kbd>Enter</Kbd>} data-testid="prove-do">
        {label}
      </Button>
    </div>
  );
}

function Head({ person }: { person: StaffView }) {
  return (
    <div className={styles.head}>
      <span className={styles.name}>{person.name === "" ? t("signIn.erased") : person.name}</span>
      <span className={styles.role}>{named("role", person.role)}</span>
    </div>
  );
}

/** Whole seconds that the next try has to wait, counted down. */
function useWait(error: BackendError | null): number {
  const waitMs = error?.code === "too_many_tries" ? Number(error.detail?.wait_ms ?? 0) : 0;
  const [endsAt, setEndsAt] = useState(0);
  const [now, setNow] = useState(0);
  useEffect(() => {
    if (waitMs === 0) return undefined;
    setNow(performance.now());
    setEndsAt(performance.now() + waitMs);
    const timer = window.setInterval(() => setNow(performance.now()), 500);
    return () => window.clearInterval(timer);
  }, [error, waitMs]);
  return waitMs === 0 ? 0 : Math.max(0, Math.ceil((endsAt - now) / 1_000));
}
