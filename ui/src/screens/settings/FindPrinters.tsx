import { Button } from "@mantine/core";
import { IconPrinter, IconSearch } from "@tabler/icons-react";
import type { FoundPrinter } from "../../backend";
import { useAct } from "../../backend/queries";
import { useLasting } from "../../frame/printing";
import { useKeys } from "../../keys/keys";
import { t } from "../../messages/messages";
import { Kbd } from "../../parts/Kbd";
import layout from "../../parts/layout.module.css";
import { Notice, Refusal } from "../../parts/Notice";
import { queueName } from "./printers";
import styles from "./Settings.module.css";

/** What is over sooner needs no words. */
const SOON_MS = 300;

/** Looks for printers in the network, on the cables and in the print queue; the one that is chosen fills in the address. */
export function FindPrinters({ chosen, onChoose }: { chosen: string; onChoose: (address: string) => void }) {
  const finding = useAct("find_printers");
  const lasts = useLasting(finding.isPending, SOON_MS);
  const find = () => {
    if (!finding.isPending) finding.mutate({});
  };
  useKeys([{ id: "settings.findPrinters", key: "Ctrl+F", label: t("printer.find"), run: find, quiet: true }]);
  const found = finding.data;
  return (
    <div className={styles.find}>
      <div className={styles.findHead}>
        <Button variant="default" onClick={find} leftSection={<IconSearch size={20} stroke={1.75} aria-hidden />} rightSection={<Kbd>Ctrl+F</Kbd>} data-testid="printer-find">
          {t("printer.find")}
        </Button>
        <span role="status" className={layout.muted} data-testid="printer-finding">
          {lasts ? t("printer.finding") : found !== undefined && found.length > 0 ? t("printer.found", { count: found.length }) : ""}
        </span>
      </div>
      {found !== undefined && !finding.isPending && found.length === 0 && (
        <Notice tone="plain" testid="printer-none-found">
          {t("printer.noneFound")}
        </Notice>
      )}
      {found !== undefined && found.length > 0 && (
        <ul className={styles.found} aria-label={t("printer.find")}>
          {found.map((printer) => (
            <li key={printer.address}>
              <button type="button" className={styles.someone} aria-pressed={printer.address === chosen} onClick={() => onChoose(printer.address)} data-testid="printer-found">
                <IconPrinter size={20} stroke={1.75} aria-hidden />
                <span className={styles.name}>{foundWords(printer)}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <Refusal error={finding.error} />
    </div>
  );
}

function foundWords({ address, how }: FoundPrinter): string {
  const place = { address: queueName(address) ?? address };
  if (how === "network") return t("printer.found.network", place);
  if (how === "device") return t("printer.found.device", place);
  return t(how === "serial" ? "printer.found.serial" : "printer.found.queue", place);
}
