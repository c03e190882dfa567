import { Button, VisuallyHidden } from "@mantine/core";
import { IconSquare, IconSquareCheckFilled } from "@tabler/icons-react";
import { useState } from "react";
import type { ExpiryRow } from "../../backend";
import { useAsk } from "../../backend/queries";
import { formatBusinessDate, formatCount, formatExpiry, formatMoney, keepStrength } from "../../format";
import { useMay } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import { ExpirySums } from "./ExpirySums";
import { countWords, daysWords, keyOf, MOST_LINES, packCountWords, sumOf } from "./expiry";
import styles from "./Lots.module.css";
import { WriteOffLots } from "./WriteOffLots";

/** What is on the shelf and expires within a year, or has expired: looked through, and written off. */
export function Expiry({ onShow }: { onShow: (productId: string) => void }) {
  const may = useMay("move_stock");
  const list = useAsk("expiry_list", {});
  const [bucket, setBucket] = useState<number | null>(null);
  const [at, setAt] = useState(0);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isWriting, setWriting] = useState(false);
  const [said, setSaid] = useState("");
  const all = list.data?.rows ?? [];
  const rows = bucket === null ? all : all.filter((row) => row.bucket === bucket);
  const picked = all.filter((row) => chosen.has(keyOf(row)));
  const row = rows[Math.min(at, rows.length - 1)];
  const isMuch = picked.length > MOST_LINES;
  const canWrite = may && picked.length > 0 && !isMuch;

  const filter = (next: number | null) => {
    setBucket(next);
    setAt(0);
  };
  const step = (by: number) => {
    const steps = [null, ...(list.data?.buckets ?? []).map(({ days }) => days)];
    const next = steps[Math.max(0, Math.min(steps.length - 1, steps.indexOf(bucket) + by))];
    if (next !== undefined) filter(next);
  };
  const toggle = (one: ExpiryRow | undefined) => {
    if (one === undefined || !may) return;
    const next = new Set(chosen);
    if (!next.delete(keyOf(one))) next.add(keyOf(one));
    setSaid("");
    setChosen(next);
  };
  const toggleAll = () => {
    const next = new Set(chosen);
    const isAll = rows.every((one) => next.has(keyOf(one)));
    for (const one of rows) {
      if (isAll) next.delete(keyOf(one));
      else next.add(keyOf(one));
    }
    setSaid("");
    setChosen(next);
  };
  const written = () => {
    setSaid(t("expiry.written", { what: countWords(picked.length, sumOf(picked).packs) }));
    setChosen(new Set());
    setWriting(false);
  };
  useKeys([
    { id: "expiry.earlier", key: "ArrowLeft", label: t("expiry.sooner"), run: () => step(-1), quiet: true },
    { id: "expiry.later", key: "ArrowRight", label: t("expiry.later"), run: () => step(1), quiet: true },
    { id: "expiry.toggle", key: " ", label: t("expiry.toggle"), run: () => toggle(row), disabled: !may || row === undefined },
    { id: "expiry.all", key: "Ctrl+A", label: t("expiry.all"), run: toggleAll, disabled: !may || rows.length === 0 },
    { id: "expiry.none", key: "Escape", label: t("act.back"), run: () => setChosen(new Set()), disabled: chosen.size === 0, quiet: true },
    { id: "expiry.show", key: "F6", label: t("manager.show"), run: () => row !== undefined && onShow(row.productId), disabled: row === undefined },
    { id: "expiry.write", key: "F12", label: t("writeOff.act"), run: () => setWriting(true), main: true, disabled: !canWrite },
  ]);

  if (list.data === undefined) return list.isError ? <Failed error={list.error} again={() => void list.refetch()} /> : <Loading rows={8} height={64} />;
  if (all.length === 0) {
    return (
      <Empty testid="expiry-empty" title={t("expiry.nothing")}>
        {said}
      </Empty>
    );
  }
  return (
    <div className={styles.whole} data-testid="expiry">
      <ExpirySums buckets={list.data.buckets} chosen={bucket} onChoose={filter} />
      {rows.length === 0 ? (
        <Empty testid="expiry-none" title={t("expiry.noneHere")} />
      ) : (
        <Rows
          rows={rows}
          rowKey={keyOf}
          height={72}
          grows
          at={at}
          onAt={setAt}
          onOpen={toggle}
          opensByClick
          label={t("catalogue.view.expiry")}
          testid="expiry-row"
          draw={(one) => <Expiring row={one} isChosen={chosen.has(keyOf(one))} canChoose={may} />}
        />
      )}
      <footer className={styles.bar}>
        <span role="status" data-testid="expiry-said" data-tone={isMuch ? "red" : undefined}>
          {footWords(picked, said, list.data.today)}
        </span>
        <Button variant="default" disabled={row === undefined} onClick={() => row !== undefined && onShow(row.productId)} rightSection={<Kbd>F6</Kbd>}>
          {t("manager.show")}
        </Button>
        {may && (
          <Button onClick={() => setWriting(true)} disabled={!canWrite} rightSection={<Kbd>F12</Kbd>} data-testid="write-off">
            {t("writeOff.act")}
          </Button>
        )}
      </footer>
      {isWriting && <WriteOffLots rows={picked} onClose={() => setWriting(false)} onDone={written} />}
    </div>
  );
}

function footWords(picked: readonly ExpiryRow[], said: string, today: string): string {
  if (picked.length > MOST_LINES) return t("expiry.tooMany", { most: formatCount(MOST_LINES), count: picked.length });
  if (picked.length === 0) return said === "" ? t("expiry.asOf", { date: formatBusinessDate(today) }) : said;
  const { packs, value } = sumOf(picked);
  return t("expiry.chosen", { what: countWords(picked.length, packs), value: formatMoney(value) });
}

function Expiring({ row, isChosen, canChoose }: { row: ExpiryRow; isChosen: boolean; canChoose: boolean }) {
  const Box = isChosen ? IconSquareCheckFilled : IconSquare;
  const urgency = row.bucket === 0 ? "past" : row.bucket === 30 ? "soon" : undefined;
  return (
    <span className={styles.expiring}>
      {canChoose ? <Box size={24} stroke={1.5} aria-hidden className={styles.box} data-chosen={isChosen} /> : <span />}
      <span className={styles.product}>
        <b>{keepStrength(row.name)}</b>
        <small>{row.pack}</small>
      </span>
      <span className={styles.lotName}>
        {t("branch.lot", { lot: row.lot })}
        <small>{t("line.expiry", { date: formatExpiry(row.expiry) })}</small>
      </span>
      <span className={styles.left} data-urgency={urgency}>
        {row.bucket <= 30 && "⚠ "}
        {daysWords(row.daysLeft)}
      </span>
      <span className={styles.packs}>{packCountWords(row.packs)}</span>
      <span className={styles.value} data-none={row.valueMinor === null}>{row.valueMinor === null ? t("product.noPrice") : formatMoney(row.valueMinor)}</span>
      {isChosen && <VisuallyHidden>{t("expiry.isChosen")}</VisuallyHidden>}
    </span>
  );
}
