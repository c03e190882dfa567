import { Button } from "@mantine/core";
import { useState } from "react";
import type { UnknownSold } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatMoment, formatMoney } from "../../format";
import { usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import styles from "./Catalogue.module.css";
import { EditProduct } from "./EditProduct";

/** What was sold without the catalogue, without a price, or against its price: for the manager to mend. */
export function ForManager({ onShow }: { onShow: (productId: string) => void }) {
  const place = usePlace();
  const list = useAsk("unknown_sold", {});
  const [at, setAt] = useState(0);
  const [taking, setTaking] = useState<UnknownSold | null>(null);
  const rows = list.data ?? [];
  const chosen = rows[Math.min(at, rows.length - 1)];
  const mend = () => {
    if (chosen === undefined) return;
    if (chosen.why === "unknown") setTaking(chosen);
    else onShow(chosen.productId);
  };
  const showSale = () => {
    if (chosen !== undefined) place.go("sales", { saleId: chosen.saleId });
  };
  const mendWords = t(chosen?.why === "unknown" ? "manager.take" : "manager.show");
  useKeys([
    { id: "manager.mend", key: "F12", label: mendWords, run: mend, main: true, disabled: chosen === undefined },
    { id: "manager.sale", key: "F6", label: t("manager.sale"), run: showSale, disabled: chosen === undefined },
  ]);

  if (list.data === undefined) {
    return list.isError ? <Failed error={list.error} again={() => void list.refetch()} /> : <Loading rows={8} height={64} />;
  }
  if (rows.length === 0) {
    return (
      <Empty testid="manager-empty" title={t("manager.none")} />
    );
  }
  return (
    <div className={styles.whole} data-testid="unknown-sold">
      <Rows
        rows={rows}
        rowKey={(row) => `${row.saleId} ${row.productId} ${row.atMs} ${row.why}`}
        height={72}
        at={at}
        onAt={setAt}
        onOpen={mend}
        label={t("catalogue.view.manager")}
        testid="unknown-row"
        draw={(row) => (
          <span className={styles.sold}>
            <span className={styles.soldName}>
              <b>{row.name}</b>
              <small>
                {formatMoment(row.atMs)} · {row.receiptNo} · {row.person}
                {row.code !== null && ` · ${row.code}`}
              </small>
            </span>
            <span className={styles.why} data-why={row.why}>
              {named("manager.why", row.why)}
            </span>
            <span className={layout.number}>{formatMoney(row.unitPriceMinor)}</span>
          </span>
        )}
      />
      <footer className={styles.bar}>
        <span className={layout.muted}>{t("manager.count", { count: rows.length })}</span>
        <Button variant="default" onClick={showSale} rightSection={<Kbd>F6</Kbd>}>
          {t("manager.sale")}
        </Button>
        <Button onClick={mend} rightSection={<Kbd>F12</Kbd>} data-testid="manager-mend">
          {mendWords}
        </Button>
      </footer>
      {taking !== null && (
        <EditProduct
          product={null}
          start={{ name: taking.name, code: taking.code ?? "", priceMinor: taking.unitPriceMinor, taxCode: taking.taxCode }}
          onClose={() => setTaking(null)}
          onSaved={(saved) => onShow(saved.row.productId)}
        />
      )}
    </div>
  );
}
