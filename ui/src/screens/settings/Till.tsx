import { countryName, formatRate } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Facts } from "../../parts/Facts";
import styles from "./Settings.module.css";

/** What was decided at the founding and stays. */
export function Till() {
  const { till } = useDuty();
  const facts: [string, string][] = [
    [t("setup.pharmacyName"), till.branchName],
    [t("setup.tillNo"), String(till.tillNo)],
    [t("setup.country"), countryName(till.country)],
    [t("setup.currency"), till.currency],
    [t("setup.timeZone"), till.timeZone],
    [t("setup.taxes"), till.taxes.map(({ code, ratePpm }) => `${named("tax", code)} ${formatRate(ratePpm)}`).join(" · ")],
  ];
  return (
    <section className={styles.card}>
      <h2>{t("settings.till")}</h2>
      <Facts facts={facts} />
    </section>
  );
}
