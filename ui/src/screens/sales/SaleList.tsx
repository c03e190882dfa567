import type { SaleRow } from "../../backend";
import { formatAmount, formatBusinessDate, formatTime, keepStrength } from "../../format";
import { useDuty } from "../../frame/screens";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Rows } from "../../parts/Rows";
import styles from "./Sales.module.css";

type Props = {
  rows: readonly SaleRow[];
  chosenId: string | null;
  onChoose: (saleId: string) => void;
  onEnd: () => void;
};

/** Virtual, never paginated: the next rows are fetched before the end is reached. */
export function SaleList({ rows, chosenId, onChoose, onEnd }: Props) {
  return (
    <Rows
      rows={rows}
      rowKey={(row) => row.saleId}
      height={63}
      grows
      at={rows.findIndex((row) => row.saleId === chosenId)}
      onAt={(next) => {
        const row = rows[next];
        if (row !== undefined) onChoose(row.saleId);
      }}
      onEnd={onEnd}
      // The screen's own arrows also find their way while the list is still coming.
      keys={false}
      label={t("screen.sales")}
      testid="sale-row"
      draw={(row) => <Row row={row} />}
    />
  );
}

/** The name of what was sold first stands whole; how it was paid stands under the amount. */
function Row({ row }: { row: SaleRow }) {
  const { till } = useDuty();
  const about = [
    row.lineCount > 1 ? t("sales.more", { count: row.lineCount - 1 }) : "",
    row.receiptNo,
    row.person,
    row.tillNo === till.tillNo ? "" : t("frame.till", { no: row.tillNo }),
    row.hasRefunds ? t("sales.hasRefunds") : "",
  ];
  return (
    <span className={styles.row}>
      <span className={styles.when}>
        <b>{formatTime(row.atMs)}</b>
        <small>{formatBusinessDate(row.businessDate, "short")}</small>
      </span>
      <span className={styles.what}>
        <span className={styles.title}>
          {row.kind !== "sale" && <em className={styles.kind}>{named("saleKind", row.kind)}</em>}
          {keepStrength(row.firstName)}
        </span>
        <small>{about.filter((part) => part !== "").join(" · ")}</small>
      </span>
      <span className={styles.worth}>
        <b data-negative={row.totalMinor < 0}>{formatAmount(row.totalMinor)}</b>
        <small>{row.tenders.map((kind) => named("tender", kind)).join(", ")}</small>
      </span>
    </span>
  );
}
