import { Button } from "@mantine/core";
import { memo } from "react";
import { useDuty } from "../../frame/screens";
import type { BasketView } from "../../backend";
import { formatAmount, formatRate } from "../../format";
import { useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { BigAmount } from "../../parts/BigAmount";
import { Kbd } from "../../parts/Kbd";
import styles from "./Sell.module.css";
import { discountWords, holdWords } from "./words";

/** The total, readable from a metre; tax and discount; and what one does next. */
export const TotalPanel = memo(function TotalPanel({ basket, parkedCount }: { basket: BasketView; parkedCount: number }) {
  const { till } = useDuty();
  const isGivingBack = basket.totalMinor < 0;
  const hold = basket.lines.length === 0 ? undefined : basket.holds[0];
  return (
    <aside className={styles.right}>
      <div className={styles.totalLabel}>
        <span>{t(isGivingBack ? "sell.totalBack" : "sell.total")}</span>
        <span>{till.currency}</span>
      </div>
      <BigAmount minor={basket.totalMinor} testid="total" />
      <div className={styles.counts}>
        {t("sell.lines", { count: basket.lines.length })} · {t("sell.packs", { count: basket.packCount })}
      </div>
      <dl className={styles.figures}>
        {basket.discount !== null && (
          <div>
            <dt>
              {t("sell.basketDiscount")} {discountWords(basket.discount)}
            </dt>
            <dd data-testid="basket-discount">−{formatAmount(basket.discountMinor)}</dd>
          </div>
        )}
        {basket.taxes.map((tax) => (
          <div key={tax.code}>
            <dt>
              {named("tax", tax.code)} {formatRate(tax.ratePpm)}
            </dt>
            <dd>{formatAmount(tax.taxMinor)}</dd>
          </div>
        ))}
      </dl>
      <span className={styles.grow} />
      {hold !== undefined && <div className={styles.hold}>{holdWords(hold, basket)}</div>}
      <ActButton id="sell.pay" testid="pay-button" size={64} filled />
      <ActButton id="sell.park" testid="park-button" />
      <div className={styles.parked} data-testid="parked-count">
        {parkedCount > 0 && t("sell.parkedCount", { count: parkedCount })}
      </div>
    </aside>
  );
});

const ActButton = memo(function ActButton({ id, testid, size = 48, filled = false }: { id: string; testid: string; size?: number; filled?: boolean }) {
  const act = useNamedAct(id);
  if (act === undefined) return null;
  return (
    <Button
      fullWidth
      h={size}
      fz={filled ? 20 : 16}
      variant={filled ? "filled" : "default"}
      tabIndex={-1}
      disabled={act.disabled}
      onPointerDown={(event) => event.preventDefault()}
      onClick={act.run}
      data-testid={testid}
      rightSection={<Kbd>{act.key ?? ""}</Kbd>}
    >
      {act.label}
    </Button>
  );
});
