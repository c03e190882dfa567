import type { BasketView } from "../../backend";
import { newId } from "../../backend/ids";
import { formatMoney } from "../../format";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

/** The whole basket is not sold; recorded with who did it. */
export function AskVoidBasket({ basket, run, onClose }: { basket: BasketView; run: RunBasket; onClose: () => void }) {
  const away = () => {
    onClose();
    void run("void_basket", { askId: newId() });
  };
  return (
    <Dialog title={t("sell.voidBasket")} onClose={onClose} acts={[{ id: "voidBasket.do", key: "Enter", label: t("sell.voidBasket"), main: true, run: away }]}>
      <p className={styles.about}>
        <b>
          {t("sell.lines", { count: basket.lines.length })}, {formatMoney(basket.totalMinor)}.
        </b>{" "}
        {t("sell.voidRecorded")}
      </p>
    </Dialog>
  );
}
