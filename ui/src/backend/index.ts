/**
 * The one door out of the ui. In the window it leads through Tauri, in a browser through the
 * loopback HTTP of `pharmatill serve`, or to a server that lets the browser look; the commands and their
 * types are the same.
 */
import type { Commands, FileMade, Views } from "./bindings/Commands";
import { download } from "./download";
import { BackendError, toBackendError } from "./error";
import { callOverHttp, listenOverHttp } from "./http";
import { callOverTauri, listenOverTauri, openDisplayWindow, saveInWindow } from "./tauri";

export { BackendError } from "./error";
export { connection } from "./http";
export type * from "./bindings/Commands";

/** Everything that can be asked: of a till, or of a server from a person's browser. */
type Asked = Commands & Views;

export type Name = keyof Asked;
export type Args<K extends Name> = Asked[K]["args"];
export type Reply<K extends Name> = Asked[K]["reply"];

const inWindow = "__TAURI_INTERNALS__" in globalThis;

/** Asks the system for something. Rejects with a {@link BackendError}, never with anything else. */
export async function call<K extends Name>(name: K, args: Args<K>): Promise<Reply<K>> {
  try {
    return (await (inWindow ? callOverTauri(name, args) : callOverHttp(name, args))) as Reply<K>;
  } catch (thrown) {
    throw toBackendError(thrown);
  }
}

/** Hears in one word what changed in the ledger; answers with the function that stops listening. */
export function onChanged(heard: (what: string) => void): () => void {
  const word = (payload: unknown) => heard(typeof payload === "string" ? payload : "everything");
  return inWindow ? listenOverTauri(word) : listenOverHttp(word);
}

/** Saves a file that was made; answers where it lies or, in a browser, what it is called. */
export async function save({ name, mediaType, base64 }: FileMade): Promise<string> {
  if (!inWindow) {
    download(name, mediaType, base64);
    return name;
  }
  try {
    return String(await saveInWindow(name, base64));
  } catch (thrown) {
    throw toBackendError(thrown);
  }
}

/** Opens the customer's display in a window of its own, or brings it to the front. */
export async function openDisplay(): Promise<void> {
  if (!inWindow) {
    // Without a size it would be a tab, which hides the till.
    const opened = window.open("./?display", "pharmatill-display", "popup,width=1024,height=768");
    if (opened === null) throw new BackendError("display_failed");
    return opened.focus();
  }
  try {
    await openDisplayWindow();
  } catch (thrown) {
    throw toBackendError(thrown);
  }
}
