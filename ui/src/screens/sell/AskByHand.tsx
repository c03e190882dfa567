import { TextInput } from "@mantine/core";
import { useState } from "react";
import { newId } from "../../backend/ids";
import { useDuty } from "../../frame/screens";
import { formatRate, parseAmount, parseCount } from "../../format";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { AmountField } from "../../parts/AmountField";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { dropStranger } from "./counter";
import styles from "./Sell.module.css";
import type { RunBasket } from "./useBasket";

type Props = {
  /** What was scanned, if anything. */
  code: string | null;
  /** As it came, with its separators, where that is not how it is shown. */
  scanned?: string;
  /** It is a well-formed code; else it is only said, not kept. */
  isCode: boolean;
  name?: string;
  run: RunBasket;
  onClose: () => void;
};

/** Sells what the catalogue does not know: name, price and tax typed, listed for the manager. */
export function AskByHand({ code, scanned = code ?? "", isCode, name: begun = "", run, onClose }: Props) {
  const { taxes } = useDuty().till;
  const [askId] = useState(newId);
  const [name, setName] = useState(begun);
  const [price, setPrice] = useState("");
  const [quantity, setQuantity] = useState("1");
  const [taxCode, setTaxCode] = useState<string | null>(taxes[0]?.code ?? null);
  const unitPriceMinor = parseAmount(price);
  const packs = parseCount(quantity);
  const isRight = name.trim() !== "" && unitPriceMinor !== null && unitPriceMinor > 0 && taxCode !== null && packs !== null && packs > 0;
  const sell = async () => {
    if (!isRight) return;
    const added = await run("add_unknown", { askId, code: isCode && code !== null ? scanned : null, name: name.trim(), unitPriceMinor, taxCode, quantity: packs });
    if (added !== null && code !== null) dropStranger(code);
    onClose();
  };
  return (
    <Dialog
      title={t("sell.byHand")}
      onClose={onClose}
      width={560}
      acts={[
        ...taxes.map((tax, index) => ({ id: `byHand.${tax.code}`, key: `Alt+${index + 1}`, label: named("tax", tax.code), quiet: true, run: () => setTaxCode(tax.code) })),
        { id: "byHand.sell", key: "Enter", label: t("sell.toBasket"), main: true, disabled: !isRight, run: () => void sell() },
      ]}
    >
      {code !== null && <p className={styles.about}>{t(isCode ? "byHand.code" : "byHand.badCode", { code })}</p>}
      <TextInput data-autofocus data-testid="byhand-name" label={t("byHand.name")} maxLength={100} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <div style={{ display: "grid", gridTemplateColumns: "1fr 128px", gap: 16 }}>
        <AmountField label={t("price.field")} text={price} onText={setPrice} testid="byhand-price" />
        <TextInput label={t("sell.packsField")} inputMode="numeric" data-testid="byhand-quantity" value={quantity} onFocus={(event) => event.currentTarget.select()} onChange={(event) => setQuantity(event.currentTarget.value)} />
      </div>
      <Choices
        label={t("byHand.tax")}
        choices={taxes.map((tax, index) => ({ value: tax.code, label: `${named("tax", tax.code)} ${formatRate(tax.ratePpm)}`, keyName: `Alt+${index + 1}` }))}
        chosen={taxCode}
        onChoose={setTaxCode}
        testid="byhand-tax"
      />
    </Dialog>
  );
}
