import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { SaleView, TenderPutRight } from "../../backend";
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

/** One tender as it really was; an account keeps its customer while another kind is tried. */
type Really = { kind: TenderKind; reference: string; customer: { customerId: string; name: string } | null };

/** What it was really paid with: the shares stay, the means of payment is put right. */
export function AskTender({ sale, onClose }: { sale: SaleView; onClose: () => void }) {
  const [really, setReally] = useState<readonly Really[]>(() => sale.tenders.map(asRecorded));
  const [at, setAt] = useState(0);
  const [asksCustomer, setAsksCustomer] = useState<number | null>(null);
  const correct = useAct("correct_tender", onClose);

  const isChanged = really.some(({ kind, reference }, index) => kind !== sale.tenders[index]?.kind || reference.trim() !== (sale.tenders[index]?.reference ?? ""));
  const change = (index: number, part: Partial<Really>) => setReally(really.map((one, position) => (position === index ? { ...one, ...part } : one)));
  const choose = (index: number, kind: TenderKind) => {
    setAt(index);
    // A number belongs to the slip or voucher that it stands on.
    change(index, { kind, reference: kind === sale.tenders[index]?.kind ? (sale.tenders[index]?.reference ?? "") : "" });
    if (kind === "on_account" && really[index]?.customer === null) setAsksCustomer(index);
  };
  const putRight = () => {
    const nobody = really.findIndex(({ kind, customer }) => kind === "on_account" && customer === null);
    if (nobody >= 0) {
      setAsksCustomer(nobody);
      return;
    }
    correct.mutate({ saleId: sale.row.saleId, tenders: tendersOf(sale, really) });
  };
  if (asksCustomer !== null) {
    return (
      <AskCustomer
        onClose={() => setAsksCustomer(null)}
        onCustomer={(customer) => {
          change(asksCustomer, { customer });
          setAsksCustomer(null);
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
      {really.map(({ kind, reference, customer }, index) => (
        <div key={`${index} ${sale.tenders[index]?.kind}`} className={styles.really}>
          <Choices
            label={t("tender.was", { kind: named("tender", sale.tenders[index]?.kind ?? ""), amount: formatAmount(sale.tenders[index]?.amountMinor ?? 0) })}
            choices={KINDS.map((value, position) => ({
              value,
              label: t(`tender.${value}`),
              keyName: index === at ? `Alt+${position + 1}` : undefined,
              hint: value === "on_account" ? customer?.name : undefined,
            }))}
            chosen={kind}
            onChoose={(chosen) => choose(index, chosen)}
            testid={`correct-${index + 1}`}
            autoFocus={index === 0}
          />
          {(kind === "card" || kind === "voucher") && (
            <TextInput
              label={t(`pay.reference.${kind}`)}
              value={reference}
              maxLength={40}
              autoComplete="off"
              data-testid={`correct-reference-${index + 1}`}
              onFocus={() => setAt(index)}
              onChange={(event) => change(index, { reference: event.currentTarget.value })}
            />
          )}
        </div>
      ))}
      <p className={styles.note}>{t("tender.kept")}</p>
      <Refusal error={correct.error} />
    </Dialog>
  );
}

function asRecorded({ kind, reference, customerId, customer }: SaleView["tenders"][number]): Really {
  return { kind: kind as TenderKind, reference: reference ?? "", customer: customerId === null ? null : { customerId, name: customer ?? "" } };
}

/** The one that takes what the others leave is cash where there is any: cash alone is rounded. */
function tendersOf(sale: SaleView, really: readonly Really[]): TenderPutRight[] {
  const lastCash = really.findLastIndex(({ kind }) => kind === "cash");
  const left = lastCash >= 0 ? lastCash : really.length - 1;
  return really.map(({ kind, reference, customer }, index) => ({
    kind,
    amountMinor: index === left ? null : (sale.tenders[index]?.amountMinor ?? null),
    reference: reference.trim() === "" ? null : reference.trim(),
    customerId: kind === "on_account" ? (customer?.customerId ?? null) : null,
  }));
}
