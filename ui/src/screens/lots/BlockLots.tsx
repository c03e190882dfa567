import { Checkbox, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { formatCount, formatExpiry, keepStrength } from "../../format";
import { t } from "../../messages/messages";
import { blockWords } from "../../parts/blocks";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import styles from "./Lots.module.css";
import { typedLots } from "./words";

const STATES = ["recalled", "quarantined", "on_hold", "damaged"] as const;

/** Which lots of a product must not be sold, and why. */
export function BlockLots({ product, onClose, onDone }: { product: ProductView; onClose: () => void; onDone: (markedId: string) => void }) {
  const [entryId] = useState(newId);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [typed, setTyped] = useState("");
  const [isAll, setAll] = useState(false);
  const [state, setState] = useState<(typeof STATES)[number]>("recalled");
  const [reference, setReference] = useState("");
  const marking = useAct("mark_lots", () => onDone(entryId));
  const { row } = product;
  const known = product.lots.flatMap((lot) => (lot.lot === null ? [] : [{ ...lot, lot: lot.lot }]));
  const lots = isAll ? [] : [...new Set([...chosen, ...typedLots(typed)])];
  const isReady = isAll || lots.length > 0;
  const mark = () => {
    if (!isReady || marking.isPending) return;
    marking.mutate({ entryId, productId: row.productId, lots, state, reference: reference.trim() === "" ? null : reference.trim() });
  };
  return (
    <Dialog
      title={t("mark.title")}
      onClose={onClose}
      width={680}
      testid="block-lots"
      acts={[
        ...STATES.map((code, index) => ({ id: `mark.${code}`, key: `Alt+${index + 1}`, label: t(`mark.state.${code}`), quiet: true, run: () => setState(code) })),
        { id: "mark.all", key: "Alt+A", label: t("mark.everyPack"), quiet: true, run: () => setAll(!isAll) },
        { id: "mark.save", key: "Enter", label: t("mark.save"), main: true, disabled: !isReady, run: mark },
      ]}
    >
      <p className={styles.about}>
        <b>{keepStrength(row.name)}</b> · {row.pack}
      </p>
      <fieldset className={styles.which}>
        <legend>{t("mark.which")}</legend>
        <div className={styles.known}>
          {known.map(({ lot, expiry, packs, block }) => (
            <Checkbox
              key={lot}
              size="md"
              disabled={isAll}
              checked={isAll || chosen.includes(lot)}
              onChange={(event) => setChosen(event.currentTarget.checked ? [...chosen, lot] : chosen.filter((other) => other !== lot))}
              label={[lot, expiry === null ? "" : t("line.expiry", { date: formatExpiry(expiry) }), t("product.onHand", { packs: formatCount(packs) }), block === null ? "" : blockWords(block)].filter((part) => part !== "").join(" · ")}
              data-testid="block-lot"
            />
          ))}
        </div>
        <TextInput
          data-autofocus
          label={t(known.length === 0 ? "mark.typed" : "mark.others")}
          disabled={isAll}
          maxLength={600}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          data-testid="block-typed"
        />
        <Checkbox size="md" label={t("mark.everyPack")} checked={isAll} onChange={(event) => setAll(event.currentTarget.checked)} data-testid="block-all" />
      </fieldset>
      <Choices
        label={t("mark.state")}
        choices={STATES.map((value, index) => ({ value, label: t(`mark.state.${value}`), keyName: `Alt+${index + 1}` }))}
        chosen={state}
        onChoose={setState}
        columns={2}
        testid="block-state"
      />
      <TextInput label={t("mark.reference")} placeholder={t("mark.referenceHint")} maxLength={60} autoComplete="off" value={reference} onChange={(event) => setReference(event.currentTarget.value)} data-testid="block-reference" />
      <Refusal error={marking.error} />
    </Dialog>
  );
}
