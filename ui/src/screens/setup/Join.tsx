import { Button, TextInput } from "@mantine/core";
import { useRef, useState } from "react";
import { useAct } from "../../backend/queries";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import styles from "./Setup.module.css";

/** The two ways into a branch: by what its server keeps, or by a file that is carried. */
export type JoinBy = "server" | "file";
export type Typed = { where: string; code: string };

type Props = { by: JoinBy; typed: Typed; onTyped: (typed: Typed) => void; onBack: () => void };

/** Joins the branch of another till by the code shown there, and its server or an invitation file. */
export function Join({ by, typed, onTyped, onBack }: Props) {
  const { where, code } = typed;
  const [tried, setTried] = useState(false);
  const whereField = useRef<HTMLInputElement>(null);
  const codeField = useRef<HTMLInputElement>(null);
  const byFile = useAct("join");
  const byServer = useAct("join_by_server");
  const joining = by === "file" ? byFile : byServer;

  const join = () => {
    if (joining.isPending) return;
    setTried(true);
    if (where.trim() === "") whereField.current?.focus();
    else if (code.trim() === "") codeField.current?.focus();
    else if (by === "file") byFile.mutate({ path: where.trim(), code: code.trim() });
    else byServer.mutate({ address: where.trim(), code: code.trim() });
  };
  useKeys([
    { id: "join.do", key: "F12", label: t("setup.joinDo"), run: join, main: true },
    { id: "join.back", key: "Escape", label: t("act.back"), run: onBack },
  ]);
  const needed = (text: string) => (tried && text.trim() === "" ? t("setup.trouble.needed") : undefined);
  return (
    <div className={styles.step} data-testid="setup-join">
      <h1 className={styles.title}>{t(`setup.join.${by}`)}</h1>
      <p className={styles.lead}>{t(`setup.joinLead.${by}`)}</p>
      <TextInput
        ref={whereField}
        autoFocus
        label={t(`setup.joinWhere.${by}`)}
        description={t(`setup.joinWhereHint.${by}`)}
        value={where}
        onChange={(event) => onTyped({ where: event.currentTarget.value, code })}
        onKeyDown={(event) => {
          if (event.key === "Enter") codeField.current?.focus();
        }}
        error={needed(where)}
        autoComplete="off"
        spellCheck={false}
        data-testid={`join-${by}`}
      />
      <TextInput
        ref={codeField}
        label={t("setup.joinCode")}
        value={code}
        onChange={(event) => onTyped({ where, code: event.currentTarget.value })}
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
