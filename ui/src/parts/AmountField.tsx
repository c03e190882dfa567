import { TextInput } from "@mantine/core";
import { type ReactNode, type Ref, useState } from "react";
import { currencySymbol, editableAmount, parseAmount } from "../format";
import { t } from "../messages/messages";

type Props = {
  label: string;
  /** As typed; {@link parseAmount} reads it. */
  text: string;
  onText: (text: string) => void;
  /** Called by Enter, when what stands there is an amount or nothing. */
  onEnter?: () => void;
  testid: string;
  error?: ReactNode;
  description?: ReactNode;
  autoFocus?: boolean;
  ref?: Ref<HTMLInputElement>;
};

/** A field for an amount of money, with comma or point; written out in full when it is left. */
export function AmountField({ label, text, onText, onEnter, testid, error, description, autoFocus, ref }: Props) {
  const [left, setLeft] = useState(false);
  const minor = parseAmount(text);
  const isBad = text.trim() !== "" && minor === null;
  return (
    <TextInput
      ref={ref}
      label={label}
      description={description}
      error={error ?? (isBad && left ? t("field.badAmount") : undefined)}
      value={text}
      inputMode="decimal"
      autoComplete="off"
      autoFocus={autoFocus}
      maxLength={16}
      data-testid={testid}
      rightSection={<span aria-hidden>{currencySymbol()}</span>}
      rightSectionWidth={52}
      styles={{ input: { textAlign: "right", fontSize: 20, paddingRight: 52 } }}
      onChange={(event) => onText(event.currentTarget.value)}
      onFocus={(event) => {
        setLeft(false);
        event.currentTarget.select();
      }}
      onBlur={() => {
        setLeft(true);
        const written = minor === null ? text : editableAmount(minor);
        if (written !== text) onText(written);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || onEnter === undefined) return;
        event.preventDefault();
        if (isBad) setLeft(true);
        else onEnter();
      }}
    />
  );
}
