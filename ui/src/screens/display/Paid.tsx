import type { DisplayPaid } from "../../backend";
import { formatMoneyUnsigned } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Amount } from "./Amount";
import styles from "./Display.module.css";
import { told } from "./shown";

const MAIN = { change: "sell.change", paid: "display.paid", given_back: "display.givenBack" } as const;

/** How the sale was paid, and the change; it stays until the next line or for a minute. */
export function Paid({ paid }: { paid: DisplayPaid }) {
  const { main, mainMinor, totalMinor, tenders } = told(paid);
  return (
    <>
      <div className={styles.paid} data-testid="display-paid">
        <p className={styles.thanks}>{t("display.thanks")}</p>
        <dl className={styles.sums}>
          {totalMinor !== null && (
            <div>
              <dt>{t("sell.total")}</dt>
              <dd>{formatMoneyUnsigned(totalMinor)}</dd>
            </div>
          )}
          {tenders.map(({ kind, amountMinor }, index) => (
            <div key={`${kind} ${index}`}>
              <dt>{named("tender", kind)}</dt>
              <dd>{formatMoneyUnsigned(amountMinor)}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Amount label={t(MAIN[main])} minor={mainMinor} testid={main === "change" ? "display-change" : "display-settled"} isFinal />
    </>
  );
}
