import { Button } from "@mantine/core";
import { useState } from "react";
import type { BranchStock, ExpiringRow, LowStockRow, OfBranch, ToSettle } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatCount, formatExpiry, formatTime, keepStrength } from "../../format";
import { type Place, useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { lookUp, t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { Tabs } from "../../parts/Tabs";
import styles from "./Branch.module.css";
import { aboutOf, kindWords, SettledExceptions, SettleException } from "./SettleException";

type View = "settle" | "low" | "expiring";
const KEYS: Record<View, string> = { settle: "F2", low: "F3", expiring: "F6" };

/** What is mended in the catalogue. */
const IN_CATALOGUE = new Set(["price_missing", "price_conflict", "value_conflict", "stock_below_zero"]);

/** The way to a sale or a product; none for who only looks. */
type Go = Place["go"] | undefined;

type Props = { of: OfBranch; toSettle: readonly ToSettle[]; toSettleCount: number; go: Go };

/** What can be worked through from the top: what is to be settled, what runs out, what expires. */
export function WorkLists({ of, toSettle, toSettleCount, go }: Props) {
  const [view, setView] = useState<View>("settle");
  const stock = useAsk("branch_stock", of);
  // What the shelf lacks is read with the stock, once a minute at most.
  const settle = [...toSettle, ...(stock.data?.belowZero ?? [])];
  const settleCount = toSettleCount + (stock.data?.belowZeroCount ?? 0);
  const tabs = [
    { value: "settle", label: t("branch.settle"), count: settleCount },
    { value: "low", label: t("branch.low"), count: stock.data?.lowCount },
    { value: "expiring", label: t("branch.expiring"), count: stock.data?.expiringCount },
  ] as const;
  useKeys(
    tabs
      .filter((tab) => tab.value !== view)
      .map((tab) => ({ id: `branch.${tab.value}`, key: KEYS[tab.value], label: tab.label, run: () => setView(tab.value) })),
  );
  return (
    <aside className={styles.work} aria-label={t("branch.work")}>
      <Tabs
        label={t("branch.work")}
        tabs={tabs.map((tab) => ({ value: tab.value, label: tab.count === undefined ? tab.label : `${tab.label} ${formatCount(tab.count)}` }))}
        chosen={view}
        onChoose={setView}
        testid="branch-view"
      />
      {view === "settle" ? (
        <Settle rows={settle} count={settleCount} go={go} />
      ) : stock.data === undefined ? (
        stock.isError ? <Failed error={stock.error} again={() => void stock.refetch()} /> : <Loading rows={8} height={80} />
      ) : view === "low" ? (
        <Low stock={stock.data} go={go} />
      ) : (
        <Expiring stock={stock.data} go={go} />
      )}
    </aside>
  );
}

function Settle({ rows, count, go }: { rows: readonly ToSettle[]; count: number; go: Go }) {
  const may = useMay("settle");
  const [told, setTold] = useState<ToSettle | "settled" | null>(null);
  const close = () => setTold(null);
  useKeys([{ id: "branch.settled", key: "F11", label: t("branch.settled"), run: () => setTold("settled"), disabled: go === undefined }]);
  return (
    <>
    <Work
      rows={rows}
      rowKey={(row) => row.key}
      height={120}
      label={t("branch.settle")}
      testid="settle-row"
      empty={t("branch.nothingToSettle")}
      foot={rows.length < count ? t("branch.firstOf", { shown: rows.length, all: formatCount(count) }) : t("branch.settleCount", { count })}
      tellOf={(row) => (row.isToBeTold && may ? { label: t("branch.settleAct"), run: () => setTold(row) } : null)}
      goOf={(row) => {
        const { saleId, productId } = row;
        if (go === undefined) return null;
        // What is mended in the catalogue leads there, everything else to the sale.
        if (productId !== null && IN_CATALOGUE.has(row.kind)) return { label: t("manager.show"), run: () => go("catalogue", { productId }) };
        return saleId === null ? null : { label: t("manager.sale"), run: () => go("sales", { saleId }) };
      }}
      draw={(row) => (
        <span className={styles.item}>
          <b>{kindWords(row)}</b>
          {row.productName !== null && <span className={styles.product}>{keepStrength(row.productName)}</span>}
          <small>{aboutOf(row)}</small>
          <small className={styles.how}>{lookUp(`settleHow.${row.kind}`) ?? t("settleHow.other")}</small>
        </span>
      )}
    />
      {told === "settled" && <SettledExceptions onClose={close} />}
      {told !== null && told !== "settled" && <SettleException row={told} onClose={close} />}
    </>
  );
}

function Low({ stock, go }: { stock: BranchStock; go: Go }) {
  return (
    <StockWork
      rows={stock.low}
      rowKey={(row) => row.productId}
      label={t("branch.low")}
      testid="low-row"
      empty={t("branch.nothingLow")}
      count={stock.lowCount}
      nowMs={stock.nowMs}
      go={go}
      draw={(row: LowStockRow) => (
        <Stock name={row.name} pack={row.pack} about={t("branch.soldInWeek", { count: formatCount(row.sold) })} packs={row.onHand} isLow={row.onHand <= 0} />
      )}
    />
  );
}

function Expiring({ stock, go }: { stock: BranchStock; go: Go }) {
  return (
    <StockWork
      rows={stock.expiring}
      rowKey={(row) => `${row.productId} ${row.lot}`}
      label={t("branch.expiring")}
      testid="expiring-row"
      empty={t("branch.nothingExpires")}
      count={stock.expiringCount}
      nowMs={stock.nowMs}
      go={go}
      draw={(row: ExpiringRow) => {
        const date = formatExpiry(row.expiry);
        const when = row.isExpired ? t("branch.expired", { date }) : t("branch.expires", { date });
        return <Stock name={row.name} pack={row.pack} about={`${when} · ${t("branch.lot", { lot: row.lot })}`} packs={row.packs} isLow={row.isExpired} />;
      }}
    />
  );
}

function Stock({ name, pack, about, packs, isLow }: { name: string; pack: string; about: string; packs: number; isLow: boolean }) {
  return (
    <span className={styles.stock}>
      <span className={styles.item}>
        <b>{name === "" ? t("branch.nameless") : keepStrength(name)}</b>
        <small>{pack}</small>
        <small data-low={isLow}>{about}</small>
      </span>
      <span className={styles.packs} data-low={isLow}>
        {t("branch.packs", { count: packs }).replace(String(packs), formatCount(packs))}
      </span>
    </span>
  );
}

type StockProps<R> = Pick<WorkProps<R>, "rows" | "rowKey" | "label" | "testid" | "empty" | "draw"> & { count: number; nowMs: number; go: Go };

function StockWork<R extends { productId: string }>({ count, nowMs, go, ...list }: StockProps<R>) {
  const asOf = t("branch.stockAsOf", { time: formatTime(nowMs) });
  return (
    <Work
      {...list}
      height={88}
      foot={list.rows.length < count ? `${t("branch.firstOf", { shown: list.rows.length, all: formatCount(count) })} · ${asOf}` : asOf}
      goOf={({ productId }) => (go === undefined ? null : { label: t("manager.show"), run: () => go("catalogue", { productId }) })}
    />
  );
}

type WorkProps<R> = {
  rows: readonly R[];
  rowKey: (row: R) => string;
  height: number;
  label: string;
  testid: string;
  empty: string;
  foot: string;
  draw: (row: R) => React.ReactNode;
  /** Where a row is worked on; null where there is nothing to show. */
  goOf: (row: R) => Way | null;
  /** What may be said of it here; null where it is mended elsewhere. */
  tellOf?: (row: R) => Way | null;
};

type Way = { label: string; run: () => void };

/** One list with the ways on from its chosen row. The choice stays on its row when others come. */
function Work<R>({ rows, rowKey, height, label, testid, empty, foot, draw, goOf, tellOf }: WorkProps<R>) {
  const [chosenKey, setChosenKey] = useState<string | null>(null);
  const at = Math.max(0, rows.findIndex((row) => rowKey(row) === chosenKey));
  const chosen = rows[at];
  const go = chosen === undefined ? null : goOf(chosen);
  const tell = chosen === undefined || tellOf === undefined ? null : tellOf(chosen);
  const onAt = (next: number) => {
    const row = rows[next];
    if (row !== undefined) setChosenKey(rowKey(row));
  };
  useKeys([
    { id: "branch.tell", key: "F10", label: tell?.label ?? "", run: () => tell?.run(), disabled: tell === null },
    { id: "branch.go", key: "F12", label: go?.label ?? "", run: () => go?.run(), main: true, disabled: go === null },
  ]);
  if (rows.length === 0) return <Empty testid={`${testid}-empty`} title={empty} />;
  return (
    <>
      <Rows rows={rows} rowKey={rowKey} height={height} grows at={at} onAt={onAt} onOpen={() => (go ?? tell)?.run()} draw={draw} label={label} testid={testid} />
      <footer className={styles.foot}>
        {/* Two ways on leave no room for it; the tab says how many there are. */}
        {(go === null || tell === null) && <span className={layout.muted}>{foot}</span>}
        <span className={styles.gap} />
        {tell !== null && (
          <Button variant={go === null ? "filled" : "default"} onClick={tell.run} rightSection={<Kbd>F10</Kbd>} data-testid="branch-tell">
            {tell.label}
          </Button>
        )}
        {go !== null && (
          <Button onClick={go.run} rightSection={<Kbd>F12</Kbd>} data-testid="branch-go">
            {go.label}
          </Button>
        )}
      </footer>
    </>
  );
}
