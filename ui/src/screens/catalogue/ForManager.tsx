import { Button } from "@mantine/core";
import { useState } from "react";
import type { ConflictView, UnknownSold } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatMoment, formatMoney, keepStrength } from "../../format";
import { useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import styles from "./Catalogue.module.css";
import { EditProduct } from "./EditProduct";
import { fieldWords, SettleConflict, valuesWords } from "./SettleConflict";

type Row = { conflict: ConflictView; sold: null } | { conflict: null; sold: UnknownSold };

/** What was decided differently on two tills, then what was sold without the catalogue, without a price, or against its price. */
export function ForManager({ onShow }: { onShow: (productId: string) => void }) {
  const place = usePlace();
  const may = useMay("catalogue");
  const list = useAsk("unknown_sold", {});
  const conflicts = useAsk("product_conflicts", {});
  const [at, setAt] = useState(0);
  const [taking, setTaking] = useState<UnknownSold | null>(null);
  const [settling, setSettling] = useState<ConflictView | null>(null);
  const rows: Row[] = [
    ...(conflicts.data ?? []).map((conflict) => ({ conflict, sold: null })),
    ...(list.data ?? []).map((sold) => ({ conflict: null, sold })),
  ];
  const chosen = rows[Math.min(at, rows.length - 1)];
  // Who changes nothing may still go and look.
  const isMendable = chosen !== undefined && (may || (chosen.sold !== null && chosen.sold.why !== "unknown"));
  const mend = () => {
    if (!isMendable) return;
    if (chosen.conflict !== null) setSettling(chosen.conflict);
    else if (chosen.sold.why === "unknown") setTaking(chosen.sold);
    else onShow(chosen.sold.productId);
  };
  // Beside a sale its receipt is looked at, beside a conflict the product with its price history.
  const look = () => {
    if (chosen === undefined) return;
    if (chosen.conflict !== null) onShow(chosen.conflict.productId);
    else place.go("sales", { saleId: chosen.sold.saleId });
  };
  const isConflict = chosen !== undefined && chosen.conflict !== null;
  const mendWords = t(isConflict ? "conflict.decide" : chosen?.sold?.why === "unknown" ? "manager.take" : "manager.show");
  const lookWords = t(isConflict ? "manager.show" : "manager.sale");
  useKeys([
    { id: "manager.mend", key: "F12", label: mendWords, run: mend, main: true, disabled: !isMendable },
    { id: "manager.sale", key: "F6", label: lookWords, run: look, disabled: chosen === undefined },
  ]);

  for (const asked of [list, conflicts]) {
    if (asked.data === undefined) return asked.isError ? <Failed error={asked.error} again={() => void asked.refetch()} /> : <Loading rows={8} height={64} />;
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
        rowKey={({ conflict, sold }) =>
          conflict !== null ? `${conflict.productId} ${conflict.field}` : `${sold.saleId} ${sold.productId} ${sold.atMs} ${sold.why}`
        }
        height={72}
        at={at}
        onAt={setAt}
        onOpen={mend}
        label={t("catalogue.view.manager")}
        testid="unknown-row"
        draw={({ conflict, sold }) => (conflict !== null ? <Conflict conflict={conflict} /> : <Sold sold={sold} />)}
      />
      <footer className={styles.bar}>
        <span className={layout.muted}>{t("manager.count", { count: rows.length })}</span>
        <Button variant="default" onClick={look} rightSection={<Kbd>F6</Kbd>}>
          {lookWords}
        </Button>
        <Button onClick={mend} disabled={!isMendable} rightSection={<Kbd>F12</Kbd>} data-testid="manager-mend">
          {mendWords}
        </Button>
      </footer>
      {settling !== null && <SettleConflict conflict={settling} onClose={() => setSettling(null)} />}
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

function Conflict({ conflict }: { conflict: ConflictView }) {
  return (
    <span className={styles.sold} data-testid="conflict-row">
      <span className={styles.soldName}>
        <b>{keepStrength(conflict.productName)}</b>
        <small>{[...new Set(conflict.values.map(({ person }) => person))].join(" · ")}</small>
      </span>
      <span className={styles.why}>{t("conflict.title", { field: fieldWords(conflict.field) })}</span>
      <span className={layout.number}>{valuesWords(conflict)}</span>
    </span>
  );
}

function Sold({ sold }: { sold: UnknownSold }) {
  return (
    <span className={styles.sold}>
      <span className={styles.soldName}>
        <b>{sold.name}</b>
        <small>
          {formatMoment(sold.atMs)} · {sold.receiptNo} · {sold.person}
          {sold.code !== null && ` · ${sold.code}`}
        </small>
      </span>
      <span className={styles.why} data-why={sold.why}>
        {named("manager.why", sold.why)}
      </span>
      <span className={layout.number}>{formatMoney(sold.unitPriceMinor)}</span>
    </span>
  );
}
