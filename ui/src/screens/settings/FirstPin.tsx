import { Button, TextInput } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useState } from "react";
import type { Act } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { isLong } from "../signin/Secret";
import { proposePin } from "./firstPin";
import styles from "./Settings.module.css";

/** A first PIN: one that is drawn, until another is typed. One role's PIN is longer than another's. */
export function useFirstPin(role: string) {
  const long = isLong({ role });
  const [drawn, setDrawn] = useState({ short: proposePin(false), long: proposePin(true) });
  const [typed, setTyped] = useState<string | null>(null);
  const propose = () => {
    setDrawn({ short: proposePin(false), long: proposePin(true) });
    setTyped(null);
  };
  const act: Act = { id: "person.propose", key: "F6", label: t("people.another"), run: propose, quiet: true };
  return { pin: typed ?? (long ? drawn.long : drawn.short), setPin: setTyped, propose, act, isLong: long };
}

/** Shown as it is, because it is told to somebody. */
export function FirstPin({ label, first }: { label: string; first: ReturnType<typeof useFirstPin> }) {
  return (
    <div className={styles.firstPin}>
      <TextInput
        label={label}
        description={t(first.isLong ? "people.firstPinLong" : "people.firstPinHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={first.pin}
        maxLength={128}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => first.setPin(event.currentTarget.value)}
        data-testid="first-pin"
      />
      <Button
        variant="default"
        tabIndex={-1}
        onClick={first.propose}
        leftSection={<IconRefresh size={20} stroke={1.75} aria-hidden />}
        rightSection={<Kbd>F6</Kbd>}
        data-testid="propose-pin"
      >
        {t("people.another")}
      </Button>
    </div>
  );
}

/** What is told to somebody, large enough to be shown across the counter. */
export function HandOver({ name, pin }: { name: string; pin: string }) {
  return (
    <dl className={styles.handOver}>
      <dt>{t("people.handOver", { name })}</dt>
      <dd className="selectable" data-main="true" data-testid="hand-over">
        {pin}
      </dd>
    </dl>
  );
}
