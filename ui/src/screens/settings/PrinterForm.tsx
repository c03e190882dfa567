import { Switch, TextInput } from "@mantine/core";
import type { RefObject } from "react";
import type { Printer } from "../../backend";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import type { WhichPrinter } from "../../frame/printing";
import { Choices } from "../../parts/Choices";
import { FindPrinters } from "./FindPrinters";
import { atAddress, isSerial } from "./printers";

const WIDTHS = ["32", "42", "48"] as const;
/** Bits per second of serial ports. */
const BAUDS = ["9600", "19200", "38400", "57600", "115200"] as const;
const CODE_PAGES = ["pc858", "windows_1252"] as const;
/** Pins of the printer's plug that a drawer can hang on. */
const PINS = ["none", "2", "5"] as const;

/** Longer than a name in a network and its port. */
const LONGEST_ADDRESS = 200;

type Props = {
  which: WhichPrinter;
  printer: Printer;
  onChange: (printer: Printer) => void;
  onEnter: () => void;
  address: RefObject<HTMLInputElement | null>;
};

/** Where the printer is and what it is like. */
export function PrinterForm({ which, printer, onChange, onEnter, address }: Props) {
  const set = (change: Partial<Printer>) => onChange({ ...printer, ...change });
  return (
    <>
      <TextInput
        ref={address}
        label={t("printer.address")}
        description={t("printer.addressHint")}
        inputWrapperOrder={["label", "input", "description", "error"]}
        placeholder="192.168.1.40"
        value={printer.address}
        maxLength={LONGEST_ADDRESS}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(atAddress(printer, event.currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key === "Enter") onEnter();
        }}
        data-testid="printer-address"
      />
      <FindPrinters
        chosen={printer.address}
        onChoose={(found) => {
          onChange(atAddress(printer, found));
          address.current?.focus();
        }}
      />
      {isSerial(printer.address) && (
        <Choices
          label={t("printer.baud")}
          choices={BAUDS.map((value) => ({ value, label: value }))}
          chosen={BAUDS.find((value) => value === String(printer.baud)) ?? null}
          onChoose={(baud) => set({ baud: Number(baud) })}
          onEnter={onEnter}
          columns={5}
          testid="printer-baud"
        />
      )}
      <Choices
        label={t("printer.columns")}
        choices={WIDTHS.map((value) => ({ value, label: t("printer.characters", { columns: value }) }))}
        chosen={WIDTHS.find((value) => value === String(printer.columns)) ?? null}
        onChoose={(columns) => set({ columns: Number(columns) })}
        onEnter={onEnter}
        columns={3}
        testid="printer-columns"
      />
      <Choices
        label={t("printer.letters")}
        choices={CODE_PAGES.map((value) => ({ value, label: named("printer.codePage", value) }))}
        chosen={CODE_PAGES.find((value) => value === printer.codePage) ?? null}
        onChoose={(codePage) => set({ codePage })}
        onEnter={onEnter}
        columns={2}
        testid="printer-letters"
      />
      {which === "receipts" && (
        <Choices
          label={t("printer.drawer")}
          choices={PINS.map((value) => ({ value, label: named("printer.pin", value) }))}
          chosen={PINS.find((value) => value === String(printer.drawerPin ?? "none")) ?? null}
          onChoose={(pin) => set({ drawerPin: pin === "none" ? null : Number(pin) })}
          onEnter={onEnter}
          columns={3}
          testid="printer-drawer"
        />
      )}
      <Switch size="md" label={t("printer.cuts")} checked={printer.cuts} onChange={(event) => set({ cuts: event.currentTarget.checked })} data-testid="printer-cuts" />
      {which === "receipts" && (
        <Switch
          size="md"
          label={t("printer.logo")}
          description={t("printer.logoHint")}
          checked={printer.printsLogo}
          onChange={(event) => set({ printsLogo: event.currentTarget.checked })}
          data-testid="printer-logo"
        />
      )}
      {which === "receipts" && (
        <Switch
          size="md"
          label={t("printer.each")}
          description={t("printer.eachHint")}
          checked={printer.printsReceipts}
          onChange={(event) => set({ printsReceipts: event.currentTarget.checked })}
          data-testid="printer-each"
        />
      )}
    </>
  );
}
