import { Button } from "@mantine/core";
import { useRef, useState } from "react";
import type { Printer as PrinterOf } from "../../backend";
import { useAct } from "../../backend/queries";
import { lookWords, paperOf, PRINTERS, toLookAt, usePrint, usePrinters, type WhichPrinter } from "../../frame/printing";
import { useMay } from "../../frame/screens";
import { useKeys, useNamedAct } from "../../keys/keys";
import { t } from "../../messages/messages";
import { named } from "../../messages/wording";
import { Choices } from "../../parts/Choices";
import { Facts } from "../../parts/Facts";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Refusal } from "../../parts/Notice";
import { LettersAsk, type LettersAnswer } from "./LettersAsk";
import { PrinterForm } from "./PrinterForm";
import { PrinterSample } from "./PrinterSample";
import { otherLetters, USUAL } from "./printers";
import { ScannerSheet } from "./ScannerSheet";
import styles from "./Settings.module.css";

const TEST = paperOf("test");

type Letters = { which: WhichPrinter; tried: readonly string[]; answer: LettersAnswer };

/** The printers of this till: set up, tried out, taken away; and what waits for them. */
export function Printer() {
  const printers = usePrinters();
  const may = { set: useMay("settings"), print: useMay("sell") };
  const [which, setWhich] = useState<WhichPrinter>("receipts");
  // What is typed and not kept yet; what is kept is shown until then.
  const [drafts, setDrafts] = useState<Partial<Record<WhichPrinter, PrinterOf>>>({});
  const address = useRef<HTMLInputElement>(null);
  const draft = drafts[which];
  const setDraft = (next: PrinterOf | undefined, of = which) => setDrafts((before) => ({ ...before, [of]: next }));
  // What was asked of the letters of a test page, and with which of them one was printed.
  const [letters, setLetters] = useState<Letters | null>(null);
  const saving = useAct("set_printer", (_, asked) => {
    setDraft(undefined, asked.which as WhichPrinter);
    setLetters(null);
  });
  const testing = usePrint();
  const switching = useAct("set_printer", ({ [which]: { printer: now } }) => {
    if (letters === null || now === null) return;
    setLetters({ ...letters, tried: [...letters.tried, now.codePage] });
    testing.print(TEST, which);
  });
  const { printer } = printers[which];
  const shown = draft ?? printer ?? USUAL[which];
  const isChanged = draft !== undefined && JSON.stringify(draft) !== JSON.stringify(printer);
  const canSave = may.set && isChanged && shown.address.trim() !== "";
  // A test page says how the printer is set up, so it waits for what is typed.
  const canTest = may.print && printer !== null && !isChanged;

  const set = (next: PrinterOf | null) => {
    if (!saving.isPending) saving.mutate({ which, printer: next });
  };
  const save = () => {
    if (canSave) set({ ...shown, address: shown.address.trim() });
  };
  const test = () => {
    if (!canTest || testing.isPending || switching.isPending) return;
    setLetters({ which, tried: [printer.codePage], answer: null });
    testing.print(TEST, which);
  };
  const isAsking = letters !== null && letters.which === which && may.set && canTest && testing.error === null && switching.error === null;
  const right = () => {
    if (letters !== null) setLetters({ ...letters, answer: "right" });
  };
  const wrong = () => {
    if (letters === null || printer === null || switching.isPending || testing.isPending) return;
    const codePage = otherLetters(printer.codePage);
    if (letters.tried.includes(codePage)) setLetters({ ...letters, answer: "neither" });
    else switching.mutate({ which, printer: { ...printer, codePage } });
  };
  const choose = (next: WhichPrinter) => {
    setWhich(next);
    setLetters(null);
    saving.reset();
  };
  const goTo = (next: WhichPrinter) => {
    choose(next);
    address.current?.focus();
  };
  useKeys([
    { id: "settings.printer", label: t("printer.which.receipts"), run: () => goTo("receipts"), disabled: !may.set },
    { id: "settings.labelPrinter", label: t("printer.which.labels"), run: () => goTo("labels"), disabled: !may.set },
    { id: "settings.savePrinter", key: "Ctrl+S", label: t("printer.save"), run: save, disabled: !canSave },
    { id: "settings.testPrinter", key: "Ctrl+P", label: t("printer.testPage"), run: test, disabled: !canTest },
    { id: "settings.noPrinter", label: t("printer.takeAway"), run: () => set(null), disabled: !may.set || printer === null },
  ]);
  return (
    <section className={styles.card} data-testid="settings-printer">
      <h2>{t("printer.title")}</h2>
      <Choices
        label={t("printer.which")}
        choices={PRINTERS.map((value) => ({ value, label: named("printer.which", value) }))}
        chosen={which}
        onChoose={choose}
        columns={2}
        testid="printer-which"
      />
      {may.set ? (
        <PrinterForm which={which} printer={shown} onChange={(next) => setDraft(next)} onEnter={save} address={address} />
      ) : (
        <AsItIs which={which} printer={printer} />
      )}
      <Refusal error={saving.error ?? switching.error ?? testing.error} />
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
      {isAsking && (
        <LettersAsk
          which={which}
          answer={letters.answer}
          isLast={letters.tried.length > 1}
          isBusy={testing.isPending || switching.isPending}
          onRight={right}
          onWrong={wrong}
        />
      )}
      <State which={which} />
      <PrinterSample which={which} columns={shown.columns} printsLogo={shown.printsLogo} />
      <ScannerSheet key={which} which={which} canPrint={canTest} />
    </section>
  );
}

/** To be read, for who does not decide about it. */
function AsItIs({ which, printer }: { which: WhichPrinter; printer: PrinterOf | null }) {
  return (
    <>
      {printer !== null && (
        <Facts
          facts={[
            [t("printer.address"), printer.address],
            ...(printer.baud === null ? [] : [[t("printer.baud"), String(printer.baud)] as const]),
            [t("printer.columns"), t("printer.characters", { columns: printer.columns })],
            [t("printer.letters"), named("printer.codePage", printer.codePage)],
            [t("printer.cuts"), t(printer.cuts ? "settings.yes" : "settings.no")],
            ...(which === "labels"
              ? []
              : [
                  [t("printer.drawer"), named("printer.pin", String(printer.drawerPin ?? "none"))] as const,
                  [t("printer.logo"), t(printer.printsLogo ? "settings.yes" : "settings.no")] as const,
                  [t("printer.each"), t(printer.printsReceipts ? "settings.yes" : "settings.no")] as const,
                ]),
          ]}
        />
      )}
      <p className={layout.muted}>{t("may.managers")}</p>
    </>
  );
}

/** What keeps it from printing, or how much waits; in one row that is always there. */
function State({ which }: { which: WhichPrinter }) {
  const view = usePrinters()[which];
  const open = useNamedAct("frame.printer");
  const look = toLookAt({ [which]: view });
  const none = t(which === "receipts" ? "printer.none" : "printer.noneLabels");
  const words = view.printer === null ? none : look === null ? t("printer.nothing") : lookWords(look);
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
