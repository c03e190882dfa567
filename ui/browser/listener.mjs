// A printer on loopback that says nothing, and a till that prints at it.
import { createServer } from "node:net";
import { ask, gone, openDrawer, read, tillOnDuty } from "./scene.mjs";

/** Longer than a till takes to try a printer again that did not answer. */
const PATIENCE_MS = 20_000;

/** What a printer is asked about itself, and is not on paper (DLE EOT n). */
const ASKED = /\x10\x04[\s\S]/g;
/** A pulse on pin 2 opens the drawer: ESC p 0, or DLE DC4 1 0 where the printer is stuck. */
export const PULSE = /\x1bp\x00[\s\S]{2}|\x10\x14\x01\x00[\s\S]/;

/** The end of a paper: GS V A or B. */
export const CUT = /\x1dV[AB]\x00/;

/** Takes what is sent to it, as a printer that says nothing, and closes the line behind the sender. */
export async function printerFor(context) {
  let said = "";
  let isTearing = false;
  let heard = () => undefined;
  let at;
  let port = 0;
  const sockets = new Set();
  const printer = {
    address: () => `127.0.0.1:${port}`,
    /** Waits until what came in since the last time has all of it, and gives it. */
    got(...expected) {
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${expected.join(" and ")} did not come to the printer, but ${JSON.stringify(said)}`)), PATIENCE_MS);
        heard = () => {
          if (!expected.every((each) => each.test(said))) return;
          clearTimeout(timer);
          heard = () => undefined;
          const paper = said.replace(ASKED, "");
          said = "";
          resolve(paper);
        };
        heard();
      });
    },
    /** What came in since the last time. */
    said: () => said.replace(ASKED, ""),
    /** Breaks the connection as soon as something comes, or not any more. */
    tears: (does) => {
      isTearing = does;
    },
    listen: () =>
      new Promise((resolve, reject) => {
        at = createServer((socket) => {
          sockets.add(socket);
          socket.on("close", () => sockets.delete(socket));
          socket.on("error", () => undefined);
          let paper = "";
          socket.on("data", (bytes) => {
            if (isTearing) socket.resetAndDestroy();
            else paper += bytes.toString("latin1");
          });
          // Only what came whole counts.
          socket.on("end", () => {
            said += paper;
            heard();
          });
        });
        at.once("error", reject);
        at.listen(port, "127.0.0.1", () => {
          ({ port } = at.address());
          resolve();
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        at.close(resolve);
      }),
  };
  await printer.listen();
  context.after(() => printer.stop());
  return printer;
}

/** What most receipt printers are like. */
export const usual = { baud: null, columns: 42, codePage: "pc858", cuts: true, drawerPin: 2, printsReceipts: true, printsLogo: true };

/** A till with an open drawer and a printer that prints each receipt. */
export async function atPrinter(context, set = {}) {
  const printer = await printerFor(context);
  const till = await tillOnDuty(context, { imported: false });
  await openDrawer(till);
  await ask(till, "set_printer", { which: "receipts", printer: { ...usual, address: printer.address(), ...set } });
  return { till, printer };
}

/** Sells a tea for 4.50 in cash at the screen, and gives its receipt number. */
export async function sellTea(till) {
  await till.keys("Alt+1");
  await ask(till, "add_unknown", { code: null, name: "Herbal tea", unitPriceMinor: 450, taxCode: "standard", quantity: 1 });
  await till.shows("basket-line", "Herbal tea");
  await till.keys("F12");
  await till.get("pay").waitFor();
  await till.keys("Enter");
  await till.get("sale-done").waitFor();
  return read(till, "receipt-no");
}

/** Everything that was to be printed is printed. */
export async function idle(till) {
  await till.keys("Alt+P");
  await till.shows("printer-dialog", "Nothing waits.");
  await gone(till, "print-row");
  await till.keys("Escape");
  await gone(till, "printer-dialog");
}


/** Takes the receipt printer away, and waits until the screen has heard of it. */
export async function withoutPrinter(till) {
  const heard = till.page.waitForResponse(async (response) => response.url().endsWith("/api/printers") && (await response.json()).receipts.printer === null);
  await ask(till, "set_printer", { which: "receipts", printer: null });
  await heard;
  // Until it is drawn.
  await till.page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
}
