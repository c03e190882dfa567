import { Button } from "@mantine/core";
import { useState } from "react";
import { serverFacts } from "../../frame/serverFacts";
import { useDuty, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice } from "../../parts/Notice";
import { ConnectServer } from "./ConnectServer";
import { InviteTill } from "./InviteTill";
import styles from "./Settings.module.css";

/** The server that this till belongs to, how it stands to it, and the way in for the next till. */
export function Server() {
  const { sync, nowMs } = useDuty().status;
  const may = useMay("devices");
  const [asking, setAsking] = useState<"connect" | "invite" | null>(null);
  const connecting = t(sync.hasServer ? "server.another" : "server.connect");
  const close = () => setAsking(null);
  useKeys([
    { id: "settings.invite", key: "F9", label: t("server.invite"), run: () => setAsking("invite"), disabled: !sync.hasServer || !may },
    { id: "settings.connect", key: "F10", label: connecting, run: () => setAsking("connect"), disabled: !may },
  ]);
  return (
    <section className={styles.card} data-testid="settings-server">
      <h2>{t("sync.server")}</h2>
      {sync.refused !== null && (
        <Notice tone="amber" testid="server-refused">
          {lookUp(`error.${sync.refused}`) ?? t("error.unknown", { code: sync.refused })}
        </Notice>
      )}
      {sync.hasServer ? <Facts facts={serverFacts(sync, nowMs)} /> : <p className={layout.muted}>{t("sync.noServer")}</p>}
      {may ? (
        <div className={layout.acts}>
          <Button variant={sync.hasServer ? "default" : "filled"} onClick={() => setAsking("connect")} rightSection={<Kbd>F10</Kbd>} data-testid="server-connect">
            {connecting}
          </Button>
          {sync.hasServer && (
            <Button onClick={() => setAsking("invite")} rightSection={<Kbd>F9</Kbd>} data-testid="server-invite">
              {t("server.invite")}
            </Button>
          )}
        </div>
      ) : (
        <p className={layout.muted}>{t("may.managers")}</p>
      )}
      {asking === "connect" && <ConnectServer known={sync.address ?? ""} onClose={close} />}
      {asking === "invite" && <InviteTill address={sync.address ?? ""} onClose={close} />}
    </section>
  );
}
