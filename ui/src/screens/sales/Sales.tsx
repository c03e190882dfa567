import { useCallback, useEffect, useRef, useState } from "react";
import { call } from "../../backend";
import { useAsk } from "../../backend/queries";
import { paperOf } from "../../frame/printing";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { MailAsked, mailAct, useMailing } from "../../frame/useMailing";
import { useKeys, useScan } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Notice } from "../../parts/Notice";
import { Empty, Failed, Loading } from "../../parts/states";
import { PickProduct } from "../sell/PickProduct";
import { AskRefund } from "./AskRefund";
import { AskTender } from "./AskTender";
import { shiftDay } from "./days";
import { FilterBar } from "./FilterBar";
import { SaleDetail } from "./SaleDetail";
import { SaleList } from "./SaleList";
import styles from "./Sales.module.css";
import { useCopy } from "./useCopy";
import { NO_FILTERS, useSales } from "./useSales";

type Over = "refund" | "tender" | "product" | null;

/** Sales of any day: found, shown, printed again, refunded, put right. */
export function Sales() {
  const place = usePlace();
  const { status } = useDuty();
  const may = { refund: useMay("refund"), correct: useMay("correct_tender"), copy: useMay("sell") };
  const [filters, setFilters] = useState(NO_FILTERS);
  const [chosenId, setChosenId] = useState<string | null>(place.aim.saleId ?? null);
  const [over, setOver] = useState<Over>(null);
  const first = useRef<HTMLInputElement>(null);

  const sales = useSales(filters);
  const rows = sales.data ?? [];
  const shownId = chosenId ?? rows[0]?.saleId ?? null;
  const sale = useAsk("sale", { saleId: shownId ?? "" }, { enabled: shownId !== null, keep: true });
  const copying = useCopy();
  const mailing = useMailing();
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = sales;
  const onEnd = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);

  // Another search begins at its own first row again.
  const isAimed = useRef(place.aim.saleId !== undefined);
  useEffect(() => {
    if (isAimed.current) isAimed.current = false;
    else setChosenId(null);
  }, [filters]);

  const narrow = (change: Partial<typeof filters>) => setFilters((before) => ({ ...before, ...change }));
  const move = (by: number) => {
    const at = rows.findIndex((row) => row.saleId === shownId);
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
    if (next !== undefined) setChosenId(next.saleId);
  };
  const scan = async (code: string) => {
    const byReceipt = await call("sales", { from: null, to: null, amountMinor: null, productId: null, staffId: null, receiptNo: code, limit: 1, after: null });
    if (byReceipt[0] !== undefined) {
      setFilters({ ...NO_FILTERS, receiptNo: code });
      return;
    }
    const product = (await call("find_products", { text: code, limit: 1 })).rows[0];
    if (product === undefined) narrow({ receiptNo: code });
    else setFilters({ ...NO_FILTERS, product: { productId: product.productId, name: product.name } });
  };
  const isPartial = status.jobs.some(({ kind, state }) => kind === "history" && state === "running");
  const isNarrowed = Object.values(filters).some((value) => value !== null && value !== "");
  // The sale that is chosen; while it is coming the one before stays in sight, and nothing can be done to it.
  const shown = shownId === null ? undefined : sale.data;
  const isThere = shown !== undefined && !sale.isPlaceholderData;
  const canRefund = may.refund && isThere && shown.lines.some((line) => line.refundableQuantity > 0);

  useScan((code) => void scan(code).catch(() => narrow({ receiptNo: code })));
  useKeys([
    { id: "sales.find", key: "F2", label: t("sell.find"), run: () => first.current?.select() },
    { id: "sales.product", key: "F3", label: t("sales.byProduct"), run: () => setOver("product") },
    { id: "sales.refund", key: "F6", label: t("sales.refund"), main: true, disabled: !canRefund, run: () => setOver("refund") },
    { id: "sales.tender", key: "F7", label: t("tender.putRight"), disabled: !may.correct || !isThere || shown.tenders.length === 0, run: () => setOver("tender") },
    { id: "sales.copy", key: "F9", label: t("sales.copy"), disabled: !may.copy || !isThere, run: () => isThere && copying.print(shown.row.saleId) },
    { id: "sales.pdf", key: "F10", label: t("reports.pdfCopy"), disabled: !isThere, run: () => isThere && copying.savePdf(shown.row.saleId) },
    mailAct("sales.mail", mailing, paperOf("receipt", shownId), isThere),
    { id: "sales.today", label: t("sales.today"), run: () => narrow({ day: status.businessDate }) },
    { id: "sales.before", key: "PageUp", label: t("sales.dayBefore"), quiet: true, run: () => narrow({ day: filters.day === null ? status.businessDate : shiftDay(filters.day, -1) }) },
    { id: "sales.after", key: "PageDown", label: t("sales.dayAfter"), quiet: true, run: () => narrow({ day: filters.day === null ? status.businessDate : shiftDay(filters.day, 1) }) },
    { id: "sales.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => move(-1) },
    { id: "sales.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => move(1) },
    { id: "sales.back", key: "Escape", label: t(isNarrowed ? "sales.all" : "act.back"), quiet: !isNarrowed, run: () => (isNarrowed ? setFilters(NO_FILTERS) : place.go("sell")) },
  ]);

  return (
    <div className={styles.page}>
      <section className={styles.left}>
        <FilterBar filters={filters} onFilters={setFilters} onProduct={() => setOver("product")} first={first} />
        {sales.isError && <Failed error={sales.error} again={() => void sales.refetch()} />}
        {isPartial && (
          <Notice tone="amber" testid="sales-partial">
            {t("sales.partial")}
          </Notice>
        )}
        {sales.isPending && <Loading rows={10} />}
        {sales.isSuccess && rows.length === 0 && (
          <Empty title={t(isNarrowed ? "sales.noneFound" : "sales.none")}>{t(isNarrowed ? "sales.noneFoundHow" : "sales.noneHow")}</Empty>
        )}
        {rows.length > 0 && <SaleList rows={rows} chosenId={shownId} onChoose={setChosenId} onEnd={onEnd} />}
      </section>
      <aside className={styles.right} tabIndex={0}>
        {sale.isError && !sales.isError && <Failed error={sale.error} />}
        {shown !== undefined && <SaleDetail sale={shown} />}
        {shown !== undefined && (
          <div className={styles.said}>
            {copying.said(shown.row.saleId)}
            <MailAsked mailing={mailing} paper={paperOf("receipt", shown.row.saleId)} />
          </div>
        )}
      </aside>
      {over === "product" && (
        <PickProduct
          title={t("sales.byProduct")}
          onClose={() => setOver(null)}
          onProduct={(product) => {
            narrow({ product: { productId: product.productId, name: product.name } });
            setOver(null);
          }}
        />
      )}
      {over === "refund" && shown !== undefined && <AskRefund sale={shown} onStarted={() => place.go("sell")} onClose={() => setOver(null)} />}
      {over === "tender" && shown !== undefined && <AskTender sale={shown} onClose={() => setOver(null)} />}
      {copying.dialog}
      {mailing.dialog}
    </div>
  );
}
