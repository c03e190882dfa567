import { Button } from "@mantine/core";
import { IconCheck, IconCopy, IconMail, IconPrinter } from "@tabler/icons-react";
import { useState } from "react";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatMoney } from "../../format";
import { askedWords, paperOf, usePrinters, usePrintPaper } from "../../frame/printing";
import { mailAct, useMailing } from "../../frame/useMailing";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { copyText } from "../../parts/clipboard";
import { BigAmount } from "../../parts/BigAmount";
import { Kbd } from "../../parts/Kbd";
import { Refusal } from "../../parts/Notice";
import { useWindowPrint } from "../../parts/useLogo";
import styles from "./Sell.module.css";
import { changeCounter, type Done } from "./counter";

/** Paid: the change takes the place of the total and stays until the next scan. */
export function DonePanel({ done: { sale, handedBackMinor, isBeside } }: { done: Done }) {
  const [copied, setCopied] = useState(false);
  const copy = () => void copyText(sale.receipt.text).then(setCopied);
  const { receipts } = usePrinters();
  const printing = usePrintPaper();
  const { printPaper } = useWindowPrint();
  const paper = paperOf("receipt", sale.saleId);
  const mailing = useMailing();
  const mailed = mailing.said(paper);
  const copying = useAct("reprint_sale", printPaper);
  const isAsked = receipts.printer?.printsReceipts === true || printing.said(paper) !== null;
  // Where the printer has it already, or it went by e-mail, one more is a copy.
  const printLabel = t(isAsked || mailed !== null ? "sales.copy" : "receipt.print");
  const print = () =>
    printing.print(paper, () => {
      if (mailed === null) printPaper(sale.receipt);
      else if (!copying.isPending) copying.mutate({ entryId: newId(), saleId: sale.saleId });
    });
  useKeys([
    { id: "done.print", key: "Ctrl+P", label: printLabel, run: print },
    mailAct("done.mail", mailing, paper),
    { id: "done.copy", key: "Ctrl+C", label: t("receipt.copyText"), run: copy, quiet: true },
  ]);
  return (
    <aside className={styles.right} data-testid="sale-done">
      <div className={styles.totalLabel}>
        <span>{t(handedBackMinor === null ? "sell.change" : "sell.totalBack")}</span>
      </div>
      <BigAmount minor={handedBackMinor ?? sale.changeDueMinor} testid="change-due" />
      <div className={styles.paid}>
        <IconCheck size={20} stroke={2} aria-hidden />
        {t(handedBackMinor === null ? "sell.paid" : "sell.refunded", { amount: formatMoney(sale.totalMinor) })}
      </div>
      <div className={styles.counts} data-testid="receipt-no">
        {sale.receiptNo}
      </div>
      {isAsked && (
        <div className={styles.counts} role="status" data-testid="receipt-printing">
          {askedWords(receipts, "receipt")}
        </div>
      )}
      {mailed !== null && (
        <div className={styles.counts} role="status" data-testid="receipt-mailed">
          {mailed}
        </div>
      )}
      <Refusal error={printing.error ?? copying.error} />
      <span className={styles.grow} />
      <Button variant="default" h={48} fullWidth tabIndex={-1} onClick={print} leftSection={<IconPrinter size={20} stroke={1.75} aria-hidden />} rightSection={<Kbd>Ctrl+P</Kbd>}>
        {printLabel}
      </Button>
      {mailing.isOffered && (
        <Button variant="default" h={48} fullWidth tabIndex={-1} onClick={() => mailing.ask(paper)} leftSection={<IconMail size={20} stroke={1.75} aria-hidden />} rightSection={<Kbd>Ctrl+E</Kbd>} data-testid="done-mail">
          {t("mail.by")}
        </Button>
      )}
      <Button variant="default" h={48} fullWidth tabIndex={-1} onClick={copy} leftSection={<IconCopy size={20} stroke={1.75} aria-hidden />} rightSection={<Kbd>Ctrl+C</Kbd>}>
        {copied ? t("receipt.copied") : t("receipt.copyText")}
      </Button>
      <Button variant="default" h={48} fullWidth tabIndex={-1} onClick={() => changeCounter({ done: null })} rightSection={<Kbd>Escape</Kbd>}>
        {t("receipt.none")}
      </Button>
      <div className={styles.parked}>{t(isBeside ? "sell.nextBegun" : "sell.nextScan")}</div>
      {mailing.dialog}
    </aside>
  );
}
