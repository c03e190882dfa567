import { VisuallyHidden } from "@mantine/core";
import { useAsk } from "../../backend/queries";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Failed, Loading } from "../../parts/states";
import { Backup } from "./Backup";
import { Book } from "./Book";
import { Branch } from "./Branch";
import { CustomerDisplay } from "./CustomerDisplay";
import { Mail } from "./Mail";
import { People } from "./People";
import { Practice } from "./Practice";
import { Printer } from "./Printer";
import { Screen } from "./Screen";
import { Server } from "./Server";
import styles from "./Settings.module.css";
import { Till } from "./Till";

/** The pharmacy and its papers, its people, its server and mail account, the backup, practice mode, this screen, the customer's display and the printer. */
export function Settings() {
  const { status } = useDuty();
  const settings = useAsk("settings", {});
  if (settings.data === undefined) {
    return settings.isError ? <Failed error={settings.error} again={() => void settings.refetch()} /> : <Loading rows={8} />;
  }
  return (
    <div className={styles.screen} data-testid="settings">
      <VisuallyHidden component="h1">{t("screen.settings")}</VisuallyHidden>
      <div className={styles.column}>
        {/* What another till or person changed meanwhile is shown, not written over. */}
        <Branch key={JSON.stringify(settings.data)} settings={settings.data} />
        {/* A practice book stays on this machine, and nothing leaves it. */}
        {!status.practice && <Server />}
        {!status.practice && <Mail />}
        <Till />
        <Practice />
      </div>
      <div className={styles.column}>
        <Screen />
        <CustomerDisplay />
        <Printer />
        <People />
        <Backup />
        <Book />
      </div>
    </div>
  );
}
