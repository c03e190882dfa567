import { Button, Switch } from "@mantine/core";
import { useAct, useAsk } from "../../backend/queries";
import { useMay } from "../../frame/screens";
import { useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import styles from "./Settings.module.css";

/** The window that the customer looks at: opened now, or each time this till starts. */
export function CustomerDisplay() {
  const may = useMay("settings");
  const display = useAsk("display", {});
  const setting = useAct("set_display");
  const open = useNamedAct("frame.display");
  const isOn = display.data?.isOn ?? false;
  return (
    <section className={styles.card} data-testid="settings-display">
      <h2>{t("display.title")}</h2>
      <p className={layout.lead}>{t("display.hint")}</p>
      <Switch
        size="md"
        label={t("display.atStart")}
        description={t("display.atStartHint")}
        checked={isOn}
        disabled={display.data === undefined || setting.isPending || !may}
        onChange={() => setting.mutate({ isOn: !isOn })}
        data-testid="display-at-start"
      />
      {!may && <p className={layout.muted}>{t("may.managers")}</p>}
      <Refusal error={setting.error ?? display.error} />
      <div className={styles.cardActs}>
        <Button variant="default" onClick={open?.run} data-testid="display-open">
          {t("display.open")}
        </Button>
      </div>
    </section>
  );
}
