import { Button } from "@mantine/core";
import { IconHandStop } from "@tabler/icons-react";
import { memo, useEffect, useRef } from "react";
import type { BasketLineView, HoldView } from "../../backend";
import { formatAmount, formatCount, formatExpiry, isoDate, keepStrength } from "../../format";
import { lookUp, t } from "../../messages/messages";
import { blockWords } from "../../parts/blocks";
import { Kbd } from "../../parts/Kbd";
import { dropStranger, type Stranger } from "./counter";
import { expiryWarning, lotsWords } from "./lots";
import { RxMark } from "./Results";
import styles from "./Sell.module.css";
import { discountWords, lotHold } from "./words";

type Props = {
  lines: readonly BasketLineView[];
  holds: readonly HoldView[];
  chosenNo: number | null;
  strangers: readonly Stranger[];
  onChoose: (lineNo: number) => void;
  onSell: (stranger: Stranger) => unknown;
};

/** The basket; below it what was scanned and is no product, never dropped by itself. */
export const BasketLines = memo(function BasketLines({ lines, holds, chosenNo, strangers, onChoose, onSell }: Props) {
  return (
    <div className={styles.lines} data-testid="basket">
      {lines.map((line, index) => (
        <Line key={line.lineNo} line={line} hold={lotHold(holds, line.lineNo)} position={index + 1} isChosen={line.lineNo === chosenNo} onChoose={onChoose} />
      ))}
      {strangers.map((stranger, index) => (
        <div key={stranger.code} className={styles.stranger} data-tone={stranger.blocked === undefined ? undefined : "red"} role={stranger.blocked === undefined ? undefined : "alert"} data-testid="stranger">
          {stranger.blocked !== undefined && <IconHandStop size={24} stroke={1.75} aria-hidden />}
          <span className={styles.strangerText}>{said(stranger)}</span>
          {stranger.part === undefined && stranger.blocked === undefined && (
            <Button variant="default" onClick={() => onSell(stranger)} rightSection={index === strangers.length - 1 && <Kbd>Enter</Kbd>}>
              {t(stranger.withoutLot === undefined ? "sell.byHandShort" : "sell.withoutLot")}
            </Button>
          )}
          <Button variant="subtle" onClick={() => dropStranger(stranger.code)} rightSection={index === strangers.length - 1 && <Kbd>Escape</Kbd>}>
            {t(stranger.blocked === undefined ? "sell.ignore" : "sell.setApart")}
          </Button>
        </div>
      ))}
    </div>
  );
});

/** What was scanned and is no product, in words. */
function said({ code, reason, withoutLot, part, blocked }: Stranger): string {
  if (blocked !== undefined) {
    const lot = blocked.lot === null ? "" : t("line.lot", { lot: blocked.lot });
    const pack = [keepStrength(blocked.name), lot].filter((words) => words !== "").join(" · ");
    return t("sell.blocked", { pack, why: blockWords(blocked.reason, blocked.expiry) });
  }
  if (part !== undefined) {
    const lot = part.lot === null ? "" : t("line.lot", { lot: part.lot });
    const expiry = part.expiry === null ? "" : t("line.expiry", { date: formatExpiry(part.expiry) });
    const read = [lot, expiry].filter((words) => words !== "").join(" · ");
    return t("sell.partRead", { part: read === "" ? code : read });
  }
  if (reason === null) return t("sell.stranger", { code });
  const why = lookUp(`bad.${reason}`) ?? reason;
  return withoutLot === undefined ? t("sell.badCode", { code, why }) : t("sell.badCodeOf", { name: withoutLot.name, why });
}

type LineProps = { line: BasketLineView; hold: ReturnType<typeof lotHold>; position: number; isChosen: boolean; onChoose: (lineNo: number) => void };

const Line = memo(function Line({ line, hold, position, isChosen, onChoose }: LineProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [isChosen, line.quantity]);
  const warning = expiryWarning(line, isoDate(Date.now()));
  const isRefund = line.quantity < 0;
  return (
    <div
      ref={row}
      className={styles.line}
      data-chosen={isChosen}
      data-refund={isRefund}
      data-testid="basket-line"
      data-line-no={line.lineNo}
      onPointerDown={(event) => {
        event.preventDefault();
        onChoose(line.lineNo);
      }}
    >
      <span className={styles.position}>{position}</span>
      <span className={styles.name}>
        <span className={styles.title}>{keepStrength(line.name)}</span>
        <span className={styles.sub}>
          {[line.pack, lotsWords(line), line.lotReason === null ? "" : t("line.lotChosen")].filter((part) => part !== "").join(" · ")}
          {hold !== null && <em className={styles.block} data-testid="line-hold"> · ⚠ {t(`line.hold.${hold}`)}</em>}
          {hold === null && warning !== null && <em className={styles.warn}> · ⚠ {warning}</em>}
          {line.isUnknown && <em className={styles.warn}> · {t("line.unknown")}</em>}
          {line.listPriceMinor !== null && <em className={styles.warn}> · {t("line.overridden", { price: formatAmount(line.listPriceMinor) })}</em>}
          {line.refundReceiptNo !== null && <em className={styles.warn}> · {t("line.refundOf", { receipt: line.refundReceiptNo })}</em>}
          {isRefund && line.refundReceiptNo === null && <em className={styles.warn}> · {t("line.refundUnlinked")}</em>}{" "}
          {line.rx && !isRefund && <RxMark confirmed={line.rxConfirmed} />}{" "}
          {line.discount !== null && <span className={styles.discount}>{discountWords(line.discount)}</span>}
        </span>
      </span>
      <span className={styles.quantity} data-testid="line-quantity">{formatCount(line.quantity)}</span>
      <span className={styles.price}>
        {line.unitPriceMinor === null ? <em className={styles.warn}>{t("product.noPrice")}</em> : formatAmount(line.unitPriceMinor)}
      </span>
      <span className={styles.amount} data-testid="line-amount">{formatAmount(line.amountMinor)}</span>
    </div>
  );
});
