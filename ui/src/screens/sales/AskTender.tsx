import { useState } from "react";
import type { CustomerView, SaleView, TenderInput } from "../../backend";
import { useAct } from "../../backend/queries";
import { formatAmount } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import { AskCustomer } from "../sell/AskCustomer";
import { KINDS, type TenderKind } from "../sell/tenders";
import styles from "./Sales.module.css";

/** What it was really paid with: the amounts stay, the means of payment is put right. */
export function AskTender({ sale, onClose }: { sale: SaleView; onClose: () => void }) {
  const [kinds, setKinds] = useState<readonly TenderKind[]>(() => sale.tenders.map((tender) => tender.kind as TenderKind));
  const [at, setAt] = useState(0);
  const [customer, setCustomer] = useState<CustomerView | null>(null);
  const [asksCustomer, setAsksCustomer] = useState(false);
  const correct = useAct("correct_tender", onClose);

  const isChanged = kinds.some((kind, index) => kind !== sale.tenders[index]?.kind);
  const needsCustomer = kinds.includes("on_account") && customer === null;
  const choose = (index: number, kind: TenderKind) => {
    setAt(index);
    setKinds(kinds.map((other, position) => (position === index ? kind : other)));
    if (kind === "on_account") setAsksCustomer(true);
  };
  const putRight = () => {
    if (needsCustomer) {
      setAsksCustomer(true);
      return;
    }
    const tenders: TenderInput[] = sale.tenders.map((tender, index) => {
      const kind = kinds[index] ?? "cash";
      return {
        kind,
        amountMinor: tender.amountMinor,
        reference: kind === tender.kind ? tender.reference : null,
        customerId: kind === "on_account" ? (customer?.customerId ?? null) : null,
      };
    });
    correct.mutate({ saleId: sale.row.saleId, tenders });
  };
  if (asksCustomer) {
    return (
      <AskCustomer
        onClose={() => setAsksCustomer(false)}
        onCustomer={(chosen) => {
          setCustomer(chosen);
          setAsksCustomer(false);
        }}
      />
    );
  }
  return (
    <Dialog
      title={t("tender.putRight")}
      onClose={onClose}
      width={560}
      testid="correct-tender"
      acts={[
        ...KINDS.map((kind, index) => ({ id: `tender.${kind}`, key: `Alt+${index + 1}`, label: t(`tender.${kind}`), quiet: true, run: () => choose(at, kind) })),
        { id: "tender.set", key: "Enter", label: t("tender.putRight"), main: true, disabled: !isChanged || correct.isPending, run: putRight },
      ]}
    >
      {sale.tenders.map((tender, index) => (
        <Choices
          key={`${index} ${tender.kind}`}
          label={t("tender.was", { kind: named("tender", tender.kind), amount: formatAmount(tender.amountMinor) })}
          choices={KINDS.map((value, position) => ({
            value,
            label: t(`tender.${value}`),
            keyName: index === at ? `Alt+${position + 1}` : undefined,
            hint: value === "on_account" && customer !== null ? customer.name : undefined,
          }))}
          chosen={kinds[index] ?? null}
          onChoose={(kind) => choose(index, kind)}
          testid={`correct-${index + 1}`}
          autoFocus={index === 0}
        />
      ))}
      <p className={styles.note}>{t("tender.kept")}</p>
      <Refusal error={correct.error} />
    </Dialog>
  );
}
