import { Button } from "@mantine/core";
import { memo } from "react";
import { IconBarcode, IconCashOff } from "@tabler/icons-react";
import { useDuty, usePlace } from "../../frame/screens";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Empty } from "../../parts/states";
import styles from "./Sell.module.css";

/** An empty counter: scan something, open the drawer first, or close what is counted. */
export const Nothing = memo(function Nothing() {
  const { session } = useDuty().status;
  const place = usePlace();
  if (session?.state === "open") {
    return (
      <Empty icon={<IconBarcode size={48} stroke={1.25} aria-hidden />} title={t("sell.empty")}>
        {t("sell.emptyHow")}
      </Empty>
    );
  }
  return (
    <Empty icon={<IconCashOff size={48} stroke={1.25} aria-hidden />} title={t(session === null ? "sell.closed" : "sell.counted")}>
      <p className={styles.how}>{t(session === null ? "sell.closedHow" : "sell.countedHow")}</p>
      <Button onClick={() => place.go("drawer")} data-testid="to-drawer" rightSection={<Kbd>{session === null ? "Enter" : "Alt+3"}</Kbd>}>
        {t("act.go", { screen: t("screen.drawer") })}
      </Button>
    </Empty>
  );
});
