import { Switch } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useAct } from "../../backend/queries";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Refusal } from "../../parts/Notice";
import styles from "./Settings.module.css";

/** An organisation and a ledger of their own, to try everything without selling anything. */
export function Practice() {
  const { status } = useDuty();
  const may = useMay("practice");
  const client = useQueryClient();
  // Every screen now looks at another ledger.
  const switching = useAct("set_practice", () => void client.invalidateQueries());
  const toggle = () => switching.mutate({ on: !status.practice });
  useKeys([{ id: "settings.practice", label: t(status.practice ? "settings.practiceEnd" : "settings.practiceBegin"), run: toggle, disabled: !may }]);
  return (
    <section className={styles.card}>
      <h2>{t("settings.practice")}</h2>
      <Switch
        size="md"
        label={t("settings.practiceOn")}
        description={t("settings.practiceHint")}
        checked={status.practice}
        disabled={switching.isPending || !may}
        onChange={toggle}
        data-testid="settings-practice"
      />
      <Refusal error={switching.error} />
    </section>
  );
}
