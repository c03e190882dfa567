import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { CustomerView, ReceiptView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { editableAmount, formatMoney, parseAmount } from "../../format";
import { PrintAsked } from "../../frame/PrintAsked";
import { paperOf, usePrintPaper } from "../../frame/printing";
import { useDuty, useMay, usePlace } from "../../frame/screens";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { Paper } from "../../parts/Paper";
import { useWindowPrint } from "../../parts/useLogo";
import styles from "./Accounts.module.css";

/** A payment that stands in the book, and its paper. */
export type Paid = { entryId: string; receipt: ReceiptView };

type Props = { customer: CustomerView; paid: Paid | null; onPaid: (paid: Paid) => void };

/** What one customer owes, and money towards it. */
export function Settle({ customer, paid, onPaid }: Props) {
  const { status } = useDuty();
  const may = useMay("settle_account");
  const place = usePlace();
  const [amount, setAmount] = useState(customer.owesMinor > 0 ? editableAmount(customer.owesMinor) : "");
  const [kind, setKind] = useState<"cash" | "card">("cash");
  // A new id for the next payment once this one is in the book.
  const [entryId, setEntryId] = useState(newId);
  const kindField = useRef<HTMLInputElement>(null);
  const settling = useAct("settle_account", (receipt, asked) => {
    setEntryId(newId());
    setAmount("");
    onPaid({ entryId: asked.entryId, receipt });
  });
  const printing = usePrintPaper();
  const { printPaper } = useWindowPrint();
  const paper = paperOf("settlement", paid?.entryId);
  const amountMinor = parseAmount(amount);
  const isTooMuch = amountMinor !== null && amountMinor > customer.owesMinor;
  const isReady = may && amountMinor !== null && amountMinor > 0 && !isTooMuch && status.session !== null;
  const settle = () => {
    if (isReady && !settling.isPending) settling.mutate({ entryId, customerId: customer.customerId, kind, amountMinor });
  };
  const print = () => {
    if (paid !== null) printing.print(paper, () => printPaper(paid.receipt));
  };
  useKeys([
    { id: "accounts.settle", key: "F12", label: t("accounts.settle"), run: settle, main: true, disabled: !isReady },
    { id: "accounts.print", key: "Ctrl+P", label: t("receipt.print"), run: print, disabled: paid === null },
  ]);

  return (
    <div className={layout.page} data-testid="settle">
      <header>
        <h1 className={layout.title}>{customer.name === "" ? t("signIn.erased") : customer.name}</h1>
        <span className={layout.muted}>{t("accounts.owes")}</span>
        <output className={layout.figure} data-testid="owes">
          {formatMoney(customer.owesMinor)}
        </output>
      </header>
      {may && customer.owesMinor > 0 && (
        <div className={styles.form}>
          {status.session === null && (
            <Notice tone="amber" testid="settle-closed">
              {t("accounts.closed")}{" "}
              <button type="button" className={layout.link} onClick={() => place.go("drawer")}>
                {t("reports.toDrawer")}
              </button>
            </Notice>
          )}
          <AmountField
            label={t("accounts.amount")}
            text={amount}
            onText={setAmount}
            onEnter={() => kindField.current?.focus()}
            error={isTooMuch ? t("accounts.tooMuch") : undefined}
            testid="settle-amount"
          />
          <Choices
            ref={kindField}
            label={t("accounts.how")}
            choices={[
              { value: "cash", label: t("tender.cash") },
              { value: "card", label: t("tender.card") },
            ]}
            chosen={kind}
            onChoose={setKind}
            onEnter={settle}
            testid="settle-kind"
            columns={2}
          />
          <Refusal error={settling.error} />
          <Button size="lg" h={56} onClick={settle} disabled={!isReady} loading={settling.isPending} rightSection={<Kbd>F12</Kbd>} data-testid="settle-do">
            {t("accounts.settle")}
          </Button>
        </div>
      )}
      {paid !== null && (
        <>
          <Paper receipt={paid.receipt} testid="settle-text" />
          <div>
            <Button variant="default" onClick={print} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="settle-print">
              {t("receipt.print")}
            </Button>
          </div>
          <PrintAsked printing={printing} paper={paper} />
        </>
      )}
    </div>
  );
}
