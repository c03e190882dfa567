import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useAct } from "../../backend/queries";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import styles from "./Setup.module.css";

type Typed = { path: string; code: string };

/** Joins the branch of another till by its invitation file and the code shown there; no network. */
export function Join({ typed, onTyped, onBack }: { typed: Typed; onTyped: (typed: Typed) => void; onBack: () => void }) {
  const { path, code } = typed;
  const [tried, setTried] = useState(false);
  const pathField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  const joining = useAct("join");

  const join = () => {
    if (joining.isPending) return;
    setTried(true);
    if (path.trim() === "") pathField.current?.focus();
    else if (code.trim() === "") codeField.current?.focus();
    else joining.mutate({ path: path.trim(), code: code.trim() });
  };
  useKeys([
    { id: "join.do", key: "F12", label: t("setup.joinDo"), run: join, main: true },
    { id: "join.back", key: "Escape", label: t("act.back"), run: onBack },
  ]);
  const needed = (text: string) => (tried && text.trim() === "" ? t("setup.trouble.needed") : undefined);
  return (
    <div className={styles.step} data-testid="setup-join">
      <h1 className={styles.title}>{t("setup.join")}</h1>
      <p className={styles.lead}>{t("setup.joinLead")}</p>
      <TextInput
        ref={pathField}
        autoFocus
        label={t("setup.joinPath")}
        description={t("setup.joinPathHint")}
        value={path}
        onChange={(event) => onTyped({ path: event.currentTarget.value, code })}
        onKeyDown={(event) => {
          if (event.key === "Enter") codeField.current?.focus();
        }}
        error={needed(path)}
        autoComplete="off"
        spellCheck={false}
        data-testid="join-path"
      />
      <TextInput
        ref={codeField}
        label={t("setup.joinCode")}
        value={code}
        onChange={(event) => onTyped({ path, code: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Enter") join();
        }}
        error={needed(code)}
        autoComplete="off"
        spellCheck={false}
        data-testid="join-code"
      />
      <Refusal error={joining.error} />
      <div className={styles.acts}>
        <Button variant="default" size="lg" h={56} onClick={onBack} rightSection={<Kbd>Escape</Kbd>}>
          {t("act.back")}
        </Button>
        <Button size="lg" h={56} onClick={join} loading={joining.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="setup-join-do">
          {t("setup.joinDo")}
        </Button>
      </div>
    </div>
  );
}
