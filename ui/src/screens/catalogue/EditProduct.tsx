import { Checkbox, NativeSelect, Textarea, type TextareaProps, TextInput } from "@mantine/core";
import { useState } from "react";
import type { ProductView } from "../../backend";
import { newId } from "../../backend/ids";
import { useAct } from "../../backend/queries";
import { editableAmount, formatRate, parseAmount } from "../../format";
import { useDuty } from "../../frame/screens";
import { useScan } from "../../keys/keys";
import { keepScan } from "../../keys/waiting";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { AmountField } from "../../parts/AmountField";
import { Dialog } from "../../parts/Dialog";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";

export type Start = { name: string; code: string; priceMinor?: number; taxCode?: string };

type Props = {
  /** Null makes a new one. */
  product: ProductView | null;
  /** What is known already of a new one. */
  start?: Start;
  onClose: () => void;
  onSaved: (product: ProductView) => void;
};

/** A product made or changed by hand; what is written here stands above what an import says. */
export function EditProduct({ product, start, onClose, onSaved }: Props) {
  const { till } = useDuty();
  const row = product?.row;
  const firstPrice = row === undefined ? (start?.priceMinor ?? null) : row.priceMinor;
  const [mintedId] = useState(newId);
  const [code, setCode] = useState(row?.code ?? start?.code ?? "");
  const [name, setName] = useState(row?.name ?? start?.name ?? "");
  const [pack, setPack] = useState(row?.pack ?? "");
  const [price, setPrice] = useState(firstPrice === null ? "" : editableAmount(firstPrice));
  const [taxCode, setTaxCode] = useState(row?.taxCode ?? start?.taxCode ?? till.taxes[0]?.code ?? "");
  const [rx, setRx] = useState(row?.rx ?? false);
  const [isWithdrawn, setWithdrawn] = useState(row?.isWithdrawn ?? false);
  const saving = useAct("save_product", onSaved);
  useScan((scanned) => (product === null ? setCode(scanned) : keepScan(scanned)));

  const priceMinor = price.trim() === "" ? null : parseAmount(price);
  const isReady = name.trim() !== "" && (price.trim() === "" || (priceMinor !== null && priceMinor > 0));
  const save = () => {
    if (!isReady || saving.isPending) return;
    saving.mutate({
      productId: row?.productId ?? mintedId,
      isNew: row === undefined,
      code: code.trim() === "" ? null : code.trim(),
      name: name.trim(),
      pack: pack.trim(),
      priceMinor,
      taxCode,
      rx,
      isWithdrawn,
    });
  };
  return (
    <Dialog
      title={t(product === null ? "product.newTitle" : "product.editTitle")}
      onClose={onClose}
      width={680}
      testid="edit-product"
      acts={[{ id: "product.save", key: "F12", label: t("act.save"), run: save, main: true, disabled: !isReady }]}
    >
      <TextInput
        label={t("product.code")}
        description={product === null ? t("product.codeHint") : undefined}
        value={code}
        disabled={product !== null}
        onChange={(event) => setCode(event.currentTarget.value)}
        autoComplete="off"
        data-testid="edit-code"
      />
      <LongField data-autofocus label={t("product.name")} value={name} maxLength={300} onText={setName} data-testid="edit-name" />
      <LongField label={t("product.pack")} placeholder={t("product.packExample")} value={pack} maxLength={100} onText={setPack} data-testid="edit-pack" />
      <div className={layout.two}>
        <AmountField label={t("product.price")} text={price} onText={setPrice} testid="edit-price" />
        <NativeSelect
          label={t("product.tax")}
          value={taxCode}
          data={till.taxes.map((tax) => ({ value: tax.code, label: `${named("tax", tax.code)} ${formatRate(tax.ratePpm)}` }))}
          onChange={(event) => setTaxCode(event.currentTarget.value)}
          data-testid="edit-tax"
        />
      </div>
      <Checkbox size="md" label={t("product.rxOnly")} checked={rx} onChange={(event) => setRx(event.currentTarget.checked)} data-testid="edit-rx" />
      {product !== null && (
        <Checkbox
          size="md"
          label={t("product.withdrawnLong")}
          checked={isWithdrawn}
          onChange={(event) => setWithdrawn(event.currentTarget.checked)}
          data-testid="edit-withdrawn"
        />
      )}
      {product !== null && product.sources.some(({ source }) => source !== "hand") && (
        <Notice tone="plain">{t("product.aboveImports")}</Notice>
      )}
      <Refusal error={saving.error} />
    </Dialog>
  );
}

/** One line of words that may be too long for the width: all of it is seen, and Enter does not break it. */
function LongField({ onText, ...props }: TextareaProps & { onText: (text: string) => void }) {
  return (
    <Textarea
      {...props}
      autosize
      minRows={1}
      maxRows={4}
      autoComplete="off"
      onChange={(event) => onText(event.currentTarget.value.replaceAll("\n", " "))}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.preventDefault();
      }}
    />
  );
}
