import { BackendError, toBackendError } from "./error";

const TOKEN_KEY = "pharmatill-token";

/** How long a server's stream of changes may be silent: it says something every fifteen seconds. */
const SILENT_FOR_MS = 40_000;
/** How long to wait before a stream that was refused is asked for again. */
const AGAIN_MS = 15_000;

/**
 * What came with the address, in its fragment, which never travels to a server by itself. It is taken out, so
 * that it is not copied along with the address.
 */
function takenOut(name: string): string | undefined {
  const found = new RegExp(`(?:^#|&)${name}=([^&]+)`).exec(window.location.hash)?.[1];
  if (found === undefined) return undefined;
  window.history.replaceState(null, "", window.location.pathname + window.location.search);
  return decodeURIComponent(found);
}

/** The one-time token of `pharmatill serve`. */
function takeToken(): string {
  const token = takenOut("token");
  if (token === undefined) return window.sessionStorage.getItem(TOKEN_KEY) ?? "";
  window.sessionStorage.setItem(TOKEN_KEY, token);
  return token;
}

let token: string | undefined;

function currentToken(): string {
  token ??= takeToken();
  return token;
}

let entering: Promise<BackendError | null> | undefined;

/**
 * Shows a server the link of a till, once; a cookie that no script sees lets this browser in from then on.
 * Answers with why not: a browser that is in already stays in.
 */
function enter(): Promise<BackendError | null> {
  entering ??= (async () => {
    const link = takenOut("link");
    if (link === undefined) return null;
    try {
      await post("enter", { link });
      return null;
    } catch (thrown) {
      return toBackendError(thrown);
    }
  })();
  return entering;
}

async function post(name: string, args: unknown): Promise<unknown> {
  const response = await fetch(`./api/${name}`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-pharmatill-token": currentToken() },
    body: JSON.stringify(args ?? null),
  });
  const text = await response.text();
  const answer: unknown = text === "" ? null : parse(text, response.status);
  if (!response.ok) {
    throw answer ?? new BackendError("unreachable", { status: response.status });
  }
  return answer;
}

function parse(text: string, status: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new BackendError("unreachable", { status });
  }
}

export async function callOverHttp(name: string, args: unknown): Promise<unknown> {
  const notEntered = await enter();
  try {
    return await post(name, args);
  } catch (thrown) {
    const isOut = toBackendError(thrown).code === "viewing_ended";
    // Why it is not in says more than that it is not.
    throw isOut && notEntered !== null ? notEntered : thrown;
  }
}

let isConnected = true;
const connectionListeners = new Set<() => void>();

function setConnected(next: boolean): void {
  if (next === isConnected) return;
  isConnected = next;
  for (const listener of connectionListeners) listener();
}

/** Whether whoever answers this page is there now, for `useSyncExternalStore`. */
export const connection = {
  now: () => isConnected,
  listen: (heard: () => void) => {
    connectionListeners.add(heard);
    return () => void connectionListeners.delete(heard);
  },
};

/** Server-sent events, one for each change. Whatever was missed while the line was cut is asked for again. */
export function listenOverHttp(heard: (payload: unknown) => void): () => void {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isClosed = false;
  let wasOpen = false;

  const again = (afterMs: number) => {
    source?.close();
    setConnected(false);
    clearTimeout(timer);
    timer = setTimeout(open, afterMs);
  };
  const open = () => {
    if (isClosed) return;
    const query = currentToken() === "" ? "" : `?token=${encodeURIComponent(currentToken())}`;
    source = new EventSource(`./api/changed${query}`);
    const onEvent = (event: MessageEvent<string>) => heard(event.data === "" ? null : JSON.parse(event.data));
    source.addEventListener("message", onEvent);
    source.addEventListener("changed", onEvent as EventListener);
    // Only a server says this; a line that was cut far away is not noticed otherwise.
    source.addEventListener("here", () => {
      clearTimeout(timer);
      timer = setTimeout(() => again(0), SILENT_FOR_MS);
    });
    source.onopen = () => {
      setConnected(true);
      if (wasOpen) heard(null);
      wasOpen = true;
    };
    source.onerror = () => {
      setConnected(false);
      // The browser tries again by itself, unless it was refused.
      if (source?.readyState !== EventSource.CLOSED) return;
      heard("status");
      again(AGAIN_MS);
    };
  };
  void enter().then(open);
  return () => {
    isClosed = true;
    clearTimeout(timer);
    source?.close();
  };
}
