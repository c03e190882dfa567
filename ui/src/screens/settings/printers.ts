import type { Printer } from "../../backend";
import type { WhichPrinter } from "../../frame/printing";

/** What a serial port talks at where nobody says otherwise, in bits per second. */
const USUAL_BAUD = 19_200;

/** What most printers are like. */
export const USUAL: Record<WhichPrinter, Printer> = {
  receipts: { address: "", baud: null, columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true, printsLogo: true },
  labels: { address: "", baud: null, columns: 32, codePage: "pc858", cuts: false, drawerPin: null, printsReceipts: false, printsLogo: false },
};

/** The letters to try where the ones of a printer come out wrong. */
export const otherLetters = (codePage: string): string => (codePage === "pc858" ? "windows_1252" : "pc858");

/** Whether this is the device file of a serial port, which has a speed. */
export const isSerial = (address: string): boolean => address.trim().startsWith("/dev/tty");

/** The same printer at another address. */
export function atAddress(printer: Printer, address: string): Printer {
  return { ...printer, address, baud: isSerial(address) ? (printer.baud ?? USUAL_BAUD) : null };
}

/** What a print queue of the system is called; null of every other address. */
export function queueName(address: string): string | null {
  return address.startsWith("queue:") ? address.slice("queue:".length) : null;
}
