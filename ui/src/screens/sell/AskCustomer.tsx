import { TextInput } from "@mantine/core";
import { useState } from "react";
import type { CustomerView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatAmount } from "../../format";
import { fold } from "../../keys/fold";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { inSight } from "../../parts/inSight";
import { Refusal } from "../../parts/Notice";
import { Loading } from "../../parts/states";
import styles from "./Sell.module.css";

/** Who buys on account: found by name, or added by the name that was typed. */
export function AskCustomer({ onCustomer, onClose }: { onCustomer: (customer: CustomerView) => void; onClose: () => void }) {
  const customers = useAsk("customers", {});
  const add = useAct("add_customer", onCustomer);
  const [customerId] = useState(newId);
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const words = fold(text).split(/\s+/);
  const found = (customers.data ?? []).filter((customer) => words.every((word) => fold(customer.name).includes(word))).slice(0, 50);
  const chosen = found[Math.min(at, found.length - 1)];
  const name = text.trim();
  return (
    <Dialog
      title={t("customer.title")}
      onClose={onClose}
      width={640}
      acts={[
        { id: "customer.up", key: "ArrowUp", label: t("act.up"), quiet: true, run: () => setAt(Math.max(0, at - 1)) },
        { id: "customer.down", key: "ArrowDown", label: t("act.down"), quiet: true, run: () => setAt(Math.min(found.length - 1, at + 1)) },
        { id: "customer.add", key: "Ctrl+Enter", label: t("customer.add"), disabled: name === "", run: () => add.mutate({ customerId, name }) },
        { id: "customer.choose", key: "Enter", label: t("act.choose"), main: true, disabled: chosen === undefined, run: () => chosen !== undefined && onCustomer(chosen) },
      ]}
    >
      <TextInput
        data-autofocus
        data-testid="customer-field"
        label={t("customer.name")}
        maxLength={100}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul className={styles.rows} style={{ height: 280 }} role="listbox" aria-label={t("customer.title")}>
        {customers.isPending && <Loading rows={4} />}
        {found.map((customer) => (
          <li role="presentation" key={customer.customerId}>
            <button type="button" tabIndex={-1} role="option" aria-selected={customer === chosen} ref={customer === chosen ? inSight : undefined} className={styles.row} data-testid="customer-row" onClick={() => onCustomer(customer)}>
              <span className={styles.name}>{customer.name === "" ? t("signIn.erased") : customer.name}</span>
              <span className={styles.sub}>{t("customer.owes", { amount: formatAmount(customer.owesMinor) })}</span>
            </button>
          </li>
        ))}
        {customers.isSuccess && found.length === 0 && <li role="option" aria-disabled aria-selected={false} className={styles.noResult}>{t("customer.none")}</li>}
      </ul>
      <Refusal error={add.error ?? customers.error} />
    </Dialog>
  );
}
