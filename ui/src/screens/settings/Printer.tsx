import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { Printer as PrinterOf } from "../../backend";
import { useAct } from "../../backend/queries";
import { lookWords, toLookAt, usePrint, usePrinter } from "../../frame/printing";
import { useMay } from "../../frame/screens";
import { useKeys, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import { PrinterForm } from "./PrinterForm";
import { PrinterSample } from "./PrinterSample";
import styles from "./Settings.module.css";

/** What most receipt printers are like. */
const USUAL: PrinterOf = { address: "", columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true };

/** The receipt printer of this till: set up, tried out, taken away; and what waits for it. */
export function Printer() {
  const { printer } = usePrinter();
  const may = { set: useMay("settings"), print: useMay("sell") };
  // What is typed and not kept yet; what is kept is shown until then.
  const [draft, setDraft] = useState<PrinterOf | null>(null);
  const address = useRef<HTMLInputElement>(null);
  const saving = useAct("set_printer", () => setDraft(null));
  const testing = usePrint();
  const shown = draft ?? printer ?? USUAL;
  const isChanged = draft !== null && JSON.stringify(draft) !== JSON.stringify(printer);
  const canSave = may.set && isChanged && shown.address.trim() !== "";
  // A test page says how the printer is set up, so it waits for what is typed.
  const canTest = may.print && printer !== null && !isChanged;

  const set = (next: PrinterOf | null) => {
    if (!saving.isPending) saving.mutate({ printer: next });
  };
  const save = () => {
    if (canSave) set({ ...shown, address: shown.address.trim() });
  };
  const test = () => {
    if (canTest) testing.print(null);
  };
  useKeys([
    { id: "settings.printer", label: t("printer.title"), run: () => address.current?.focus(), disabled: !may.set },
    { id: "settings.savePrinter", key: "Ctrl+S", label: t("printer.save"), run: save, disabled: !canSave },
    { id: "settings.testPrinter", key: "Ctrl+P", label: t("printer.testPage"), run: test, disabled: !canTest },
    { id: "settings.noPrinter", label: t("printer.takeAway"), run: () => set(null), disabled: !may.set || printer === null },
  ]);
  return (
    <section className={styles.card} data-testid="settings-printer">
      <h2>{t("printer.title")}</h2>
      {may.set ? <PrinterForm printer={shown} onChange={setDraft} onEnter={save} address={address} /> : <AsItIs printer={printer} />}
      <Refusal error={saving.error ?? testing.error} />
      <div className={styles.cardActs}>
        {may.set && (
          <Button onClick={save} disabled={!canSave} loading={saving.isPending} rightSection={<Kbd>Ctrl+S</Kbd>} data-testid="printer-save">
            {t("act.save")}
          </Button>
        )}
        {may.print && (
          <Button variant="default" onClick={test} disabled={!canTest} rightSection={<Kbd>Ctrl+P</Kbd>} data-testid="printer-test">
            {t("printer.testPage")}
          </Button>
        )}
        {may.set && (
          <Button variant="default" onClick={() => set(null)} disabled={printer === null} data-testid="printer-remove">
            {t("printer.takeAway")}
          </Button>
        )}
      </div>
      <State />
      <PrinterSample columns={shown.columns} />
    </section>
  );
}

/** To be read, for who does not decide about it. */
function AsItIs({ printer }: { printer: PrinterOf | null }) {
  return (
    <>
      {printer !== null && (
        <Facts
          facts={[
            [t("printer.address"), printer.address],
            [t("printer.columns"), t("printer.characters", { columns: printer.columns })],
            [t("printer.letters"), named("printer.codePage", printer.codePage)],
            [t("printer.cuts"), t(printer.cuts ? "settings.yes" : "settings.no")],
            [t("printer.drawer"), named("printer.pin", String(printer.drawerPin ?? "none"))],
            [t("printer.each"), t(printer.printsReceipts ? "settings.yes" : "settings.no")],
          ]}
        />
      )}
      <p className={layout.muted}>{t("may.managers")}</p>
    </>
  );
}

/** What keeps it from printing, or how much waits; in one row that is always there. */
function State() {
  const view = usePrinter();
  const open = useNamedAct("frame.printer");
  const look = toLookAt(view);
  const words = view.printer === null ? t("printer.none") : look === null ? t("printer.nothing") : lookWords(look);
  return (
    <div className={styles.printerState}>
      <p role="status" className={layout.muted} data-tone={look === null ? undefined : "waits"} data-testid="printer-state">
        {words}
      </p>
      {view.printer !== null && (
        <Button variant="default" onClick={open?.run} rightSection={<Kbd>Alt+P</Kbd>} data-testid="printer-open">
          {t("printer.open")}
        </Button>
      )}
    </div>
  );
}
