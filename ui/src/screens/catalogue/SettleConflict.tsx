import { useState } from "react";
import type { ConflictValue, ConflictView } from "../../backend";
import { useAct } from "../../backend/queries";
import { formatMoment, formatMoney, keepStrength } from "../../format";
import { lookUp, t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Choices } from "../../parts/Choices";
import { Dialog } from "../../parts/Dialog";
import { Refusal } from "../../parts/Notice";
import styles from "./Catalogue.module.css";

/** What two people decided differently while their tills were apart: one value is kept in place of all. */
export function SettleConflict({ conflict, onClose }: { conflict: ConflictView; onClose: () => void }) {
  const { productId, field, values } = conflict;
  const [chosen, setChosen] = useState(values[0]?.valueId ?? "");
  const settling = useAct("settle_conflict", onClose);
  const keep = () => {
    if (!settling.isPending) settling.mutate({ productId, field, valueId: chosen });
  };
  return (
    <Dialog
      title={t("conflict.title", { field: fieldWords(field) })}
      onClose={onClose}
      width={560}
      acts={[{ id: "conflict.keep", key: "Enter", label: t("conflict.keep"), run: keep, main: true }]}
      testid="conflict-dialog"
    >
      <p className={styles.about}>
        <b>{keepStrength(conflict.productName)}</b>
      </p>
      <Choices
        label={t("conflict.which")}
        choices={values.map((value) => ({ value: value.valueId, label: valueWords(field, value), hint: originWords(value) }))}
        chosen={chosen}
        onChoose={setChosen}
        onEnter={keep}
        testid="conflict-value"
        autoFocus
      />
      <Refusal error={settling.error} />
    </Dialog>
  );
}

export function fieldWords(field: string): string {
  return lookUp(`conflict.field.${field}`) ?? field;
}

/** All values in one line, the one in force first. */
export function valuesWords({ field, values }: ConflictView): string {
  return values.map((value) => valueWords(field, value)).join(" / ");
}

function valueWords(field: string, { isTakenBack, priceMinor, text }: ConflictValue): string {
  if (isTakenBack) return t("conflict.takenBack");
  if (priceMinor !== null) return formatMoney(priceMinor);
  if (text === null) return t("conflict.newer");
  if (field === "tax_code") return named("tax", text);
  if (field === "rx" || field === "is_withdrawn") return t(text === "true" ? "conflict.yes" : "conflict.no");
  return text === "" ? t("conflict.empty") : text;
}

function originWords({ person, tillNo, atMs, isInForce }: ConflictValue): string {
  const till = tillNo === null ? "" : t("frame.till", { no: tillNo });
  return [person, till, formatMoment(atMs), isInForce ? t("conflict.inForce") : ""].filter((part) => part !== "").join(" · ");
}
