import { Button, Switch, Textarea } from "@mantine/core";
import { useState } from "react";
import type { SettingsView } from "../../backend";
import { useAct } from "../../backend/queries";
import { editableAmount, parseAmount } from "../../format";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { lines } from "../setup/answers";
import styles from "./Settings.module.css";

const MOST_LINES = 6;

/** What holds for the whole branch: the head of its papers and the rules of its drawers. */
export function Branch({ settings }: { settings: SettingsView }) {
  const [letterhead, setLetterhead] = useState(settings.letterhead.join("\n"));
  const [tolerance, setTolerance] = useState(editableAmount(settings.overShortToleranceMinor));
  const [float, setFloat] = useState(editableAmount(settings.openingFloatMinor));
  const [isBlind, setBlind] = useState(settings.blindCount);
  const saving = useAct("save_settings");

  const overShortToleranceMinor = parseAmount(tolerance);
  const openingFloatMinor = parseAmount(float);
  const isTooLong = lines(letterhead).length > MOST_LINES;
  const next: SettingsView | null =
    overShortToleranceMinor === null || overShortToleranceMinor < 0 || openingFloatMinor === null || openingFloatMinor < 0 || isTooLong
      ? null
      : { ...settings, letterhead: lines(letterhead), overShortToleranceMinor, openingFloatMinor, blindCount: isBlind };
  const isChanged = next !== null && JSON.stringify(next) !== JSON.stringify(settings);
  const save = () => {
    if (isChanged && !saving.isPending) saving.mutate(next);
  };
  useKeys([{ id: "settings.save", key: "F12", label: t("act.save"), run: save, main: true, disabled: !isChanged }]);

  return (
    <section className={styles.card}>
      <h2>{t("settings.branch")}</h2>
      <Textarea
        label={t("setup.letterhead")}
        description={t("setup.letterheadHint")}
        value={letterhead}
        onChange={(event) => setLetterhead(event.currentTarget.value)}
        error={isTooLong ? t("setup.trouble.tooManyLines") : undefined}
        autosize
        minRows={3}
        maxRows={6}
        data-testid="settings-letterhead"
      />
      <div className={layout.two}>
        <AmountField label={t("settings.float")} text={float} onText={setFloat} onEnter={save} testid="settings-float" />
        <AmountField label={t("settings.tolerance")} text={tolerance} onText={setTolerance} onEnter={save} testid="settings-tolerance" />
      </div>
      <Switch
        size="md"
        label={t("settings.blind")}
        description={t("settings.blindHint")}
        checked={isBlind}
        onChange={(event) => setBlind(event.currentTarget.checked)}
        data-testid="settings-blind"
      />
      <Refusal error={saving.error} />
      <div className={layout.acts}>
        <Button onClick={save} disabled={!isChanged} loading={saving.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="settings-save">
          {t("act.save")}
        </Button>
        {saving.isSuccess && !isChanged && <Notice tone="plain">{t("settings.saved")}</Notice>}
      </div>
    </section>
  );
}
