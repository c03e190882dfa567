import { IconBasket, IconBook2, IconBuildingStore, IconCash, IconReceipt, IconReportAnalytics, IconSettings, IconUsers } from "@tabler/icons-react";
import { t } from "../messages/messages";
import styles from "./Frame.module.css";
import { SCREENS, type Screen, usePlace } from "./screens";

const ICONS: Record<Screen, typeof IconBasket> = {
  sell: IconBasket,
  sales: IconReceipt,
  drawer: IconCash,
  catalogue: IconBook2,
  branch: IconBuildingStore,
  reports: IconReportAnalytics,
  accounts: IconUsers,
  settings: IconSettings,
};

export function Rail() {
  const place = usePlace();
  return (
    <nav className={styles.rail} aria-label={t("frame.rail")}>
      {SCREENS.map((screen, index) => {
        const Icon = ICONS[screen];
        return (
          <button
            key={screen}
            type="button"
            tabIndex={-1}
            className={styles.place}
            title={`Alt+${index + 1}`}
            aria-current={place.screen === screen ? "page" : undefined}
            data-testid={`rail-${screen}`}
            onClick={() => place.go(screen)}
          >
            <Icon size={24} stroke={1.75} aria-hidden />
            {t(`screen.${screen}`)}
          </button>
        );
      })}
    </nav>
  );
}
