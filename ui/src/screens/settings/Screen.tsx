import { NativeSelect, useMantineColorScheme } from "@mantine/core";
import { currentLanguage, type Language, LANGUAGES, setLanguage, t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import styles from "./Settings.module.css";

const SCHEMES = ["auto", "light", "dark"] as const;

/** How this screen looks; it holds for this till alone. */
export function Screen() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={styles.card}>
      <h2>{t("settings.screen")}</h2>
      <div className={layout.two}>
        <NativeSelect
          label={t("settings.language")}
          value={currentLanguage()}
          onChange={(event) => setLanguage(event.currentTarget.value as Language)}
          data={LANGUAGES.map((value) => ({ value, label: t(`language.${value}`) }))}
          data-testid="settings-language"
        />
        <NativeSelect
          label={t("settings.scheme")}
          value={colorScheme}
          onChange={(event) => setColorScheme(event.currentTarget.value as (typeof SCHEMES)[number])}
          data={SCHEMES.map((value) => ({ value, label: t(`settings.scheme.${value}`) }))}
          data-testid="settings-scheme"
        />
      </div>
    </section>
  );
}
