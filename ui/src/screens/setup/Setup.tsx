import { Button, NativeSelect, useMantineColorScheme } from "@mantine/core";
import { useState } from "react";
import { useAsk } from "../../backend/queries";
import { BottomBar } from "../../frame/BottomBar";
import { Help } from "../../frame/Help";
import { localeOf, setFormat } from "../../format";
import { useKeys } from "../../keys/keys";
import { currentLanguage, type Language, LANGUAGES, setLanguage, t } from "../../messages/messages";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import { Failed, Loading } from "../../parts/states";
import { type Answers, EMPTY, type Step } from "./answers";
import { Found } from "./Found";
import { Join, type JoinBy, type Typed } from "./Join";
import styles from "./Setup.module.css";

type Way = "found" | JoinBy;

const NOTHING: Typed = { where: "", code: "" };

/** First start: found a pharmacy, or join the branch of another till. */
export function Setup({ onHold }: { onHold: (hold: boolean) => void }) {
  const [way, setWay] = useState<Way | null>(null);
  // What was typed on either way stays when one goes a step back.
  const [founding, setFounding] = useState<{ answers: Answers; step: Step }>({ answers: EMPTY, step: "pharmacy" });
  const [joining, setJoining] = useState<Record<JoinBy, Typed>>({ server: NOTHING, file: NOTHING });
  const [isHelp, setHelp] = useState(false);
  const options = useAsk("setup_options", {});
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  setFormat({ locale: localeOf(currentLanguage(), founding.answers.country || "GB") });
  useKeys([{ id: "setup.help", key: "F1", label: t("act.help"), run: () => setHelp(true) }], "frame");

  return (
    <div className={styles.page} data-testid="screen-setup">
      <header className={styles.top}>
        <strong className={styles.brand}>PharmaTill</strong>
        <NativeSelect
          aria-label={t("settings.language")}
          value={currentLanguage()}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
          data={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
          data-testid="setup-language"
        />
        <NativeSelect
          aria-label={t("settings.scheme")}
          value={colorScheme}
          onChange={(event) => setColorScheme(event.currentTarget.value as "auto" | "light" | "dark")}
          data={(["auto", "light", "dark"] as const).map((value) => ({ value, label: t(`settings.scheme.${value}`) }))}
        />
      </header>
      <main className={styles.body}>
        {options.data === undefined ? (
          options.isError ? (
            <Failed error={options.error} again={() => void options.refetch()} />
          ) : (
            <Loading rows={6} />
          )
        ) : way === "found" ? (
          <Found
            options={options.data}
            answers={founding.answers}
            step={founding.step}
            onKeep={(answers, step) => setFounding({ answers, step })}
            onBack={() => setWay(null)}
            onHold={onHold}
          />
        ) : way === null ? (
          <Ways onWay={setWay} />
        ) : (
          <Join by={way} typed={joining[way]} onTyped={(typed) => setJoining({ ...joining, [way]: typed })} onBack={() => setWay(null)} />
        )}
      </main>
      <BottomBar />
      {isHelp && <Help title={t("setup.helpTitle")} text={t("help.setup")} onClose={() => setHelp(false)} />}
    </div>
  );
}

function Ways({ onWay }: { onWay: (way: Way) => void }) {
  const [way, setWay] = useState<Way>("found");
  const go = () => onWay(way);
  useKeys([{ id: "setup.next", key: "F12", label: t("setup.next"), run: go, main: true }]);
  return (
    <div className={styles.step}>
      <h1 className={styles.title}>{t("setup.welcome")}</h1>
      <p className={styles.lead}>{t("setup.welcomeLead")}</p>
      <Choices
        label={t("setup.way")}
        choices={[
          { value: "found", label: t("setup.found"), hint: t("setup.foundHint") },
          { value: "server", label: t("setup.join.server"), hint: t("setup.joinHint.server") },
          { value: "file", label: t("setup.join.file"), hint: t("setup.joinHint.file") },
        ]}
        chosen={way}
        onChoose={setWay}
        onEnter={go}
        testid="setup-way"
        autoFocus
      />
      <div className={styles.acts}>
        <Button size="lg" h={56} onClick={go} rightSection={<Kbd>F12</Kbd>} data-testid="setup-next">
          {t("setup.next")}
        </Button>
      </div>
    </div>
  );
}
