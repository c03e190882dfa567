import { Button, TextInput } from "@mantine/core";
import { IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import type { CustomerView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct, useAsk } from "../../backend/queries";
import { formatDay, formatMoney } from "../../format";
import { useMay, usePlace } from "../../frame/screens";
import { fold } from "../../keys/fold";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Dialog } from "../../parts/Dialog";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import { Rows } from "../../parts/Rows";
import { Empty, Failed, Loading } from "../../parts/states";
import styles from "./Accounts.module.css";
import { inOrder } from "./order";
import { type Paid, Settle } from "./Settle";

/** Who owes what since when, and settling it at the till. */
export function Accounts() {
  const place = usePlace();
  const adds = useMay("add_customer");
  const customers = useAsk("customers", {});
  const [text, setText] = useState("");
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [isAdding, setAdding] = useState(false);
  // The paper of what was just settled stays until another customer is looked at.
  const [paid, setPaid] = useState<(Paid & { customerId: string }) | null>(null);
  const words = fold(text).split(/\s+/);
  const rows = inOrder(customers.data ?? []).filter(({ name }) => words.every((word) => fold(name).includes(word)));
  const at = Math.max(0, rows.findIndex(({ customerId }) => customerId === chosenId));
  const chosen = rows[at];
  const isNarrowed = text !== "";
  const find = (next: string) => {
    setText(next);
    setChosenId(null);
  };
  useKeys([
    { id: "accounts.add", key: "F3", label: t("customer.new"), run: () => setAdding(true), disabled: !adds },
    { id: "accounts.back", key: "Escape", label: t(isNarrowed ? "accounts.all" : "act.back"), run: () => (isNarrowed ? find("") : place.go("sell")) },
  ]);

  if (customers.data === undefined) {
    return customers.isError ? <Failed error={customers.error} again={() => void customers.refetch()} /> : <Loading rows={8} />;
  }
  return (
    <div className={layout.split} data-testid="accounts">
      <div className={layout.left}>
        <div className={layout.head}>
          <TextInput
            autoFocus
            className={layout.search}
            aria-label={t("accounts.find")}
            placeholder={t("accounts.find")}
            leftSection={<IconSearch size={20} stroke={1.75} aria-hidden />}
            value={text}
            maxLength={100}
            autoComplete="off"
            onChange={(event) => find(event.currentTarget.value)}
            data-testid="accounts-field"
          />
          {adds && (
            <Button
              variant="default"
              onClick={() => setAdding(true)}
              leftSection={<IconPlus size={20} stroke={1.75} />}
              rightSection={<Kbd>F3</Kbd>}
              data-testid="customer-new"
            >
              {t("customer.new")}
            </Button>
          )}
        </div>
        {rows.length === 0 ? (
          <Empty testid="accounts-empty" title={customers.data.length === 0 ? t("accounts.none") : t("accounts.nobody", { text: text.trim() })} />
        ) : (
          <Rows
            rows={rows}
            rowKey={(row) => row.customerId}
            height={64}
            at={at}
            onAt={(next) => setChosenId(rows[next]?.customerId ?? null)}
            label={t("screen.accounts")}
            testid="account-row"
            draw={(row) => (
              <span className={styles.row}>
                <span className={styles.name}>{row.name === "" ? t("signIn.erased") : row.name}</span>
                <span className={styles.owes} data-owes={row.owesMinor > 0}>
                  {formatMoney(row.owesMinor)}
                </span>
                <small>{row.oldestMs === null ? t("accounts.owesNothing") : t("accounts.since", { day: formatDay(row.oldestMs) })}</small>
              </span>
            )}
          />
        )}
      </div>
      {chosen !== undefined && (
        <Settle
          key={chosen.customerId}
          customer={chosen}
          paid={paid?.customerId === chosen.customerId ? paid : null}
          onPaid={(done) => setPaid({ customerId: chosen.customerId, ...done })}
        />
      )}
      {isAdding && (
        <AddCustomer
          name={text.trim()}
          onClose={() => setAdding(false)}
          onAdded={(customer) => {
            setAdding(false);
            setText("");
            setChosenId(customer.customerId);
          }}
        />
      )}
    </div>
  );
}

function AddCustomer({ name: start, onClose, onAdded }: { name: string; onClose: () => void; onAdded: (customer: CustomerView) => void }) {
  const [customerId] = useState(newId);
  const [name, setName] = useState(start);
  const adding = useAct("add_customer", onAdded);
  const isReady = name.trim() !== "";
  const add = () => {
    if (isReady && !adding.isPending) adding.mutate({ customerId, name: name.trim() });
  };
  return (
    <Dialog
      title={t("customer.new")}
      onClose={onClose}
      acts={[{ id: "customer.save", key: "Enter", label: t("act.save"), run: add, main: true, disabled: !isReady }]}
    >
      <TextInput
        data-autofocus
        label={t("customer.name")}
        value={name}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => setName(event.currentTarget.value)}
        data-testid="customer-name"
      />
      <Refusal error={adding.error} />
    </Dialog>
  );
}
