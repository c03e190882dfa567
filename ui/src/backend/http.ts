import { BackendError } from "./error";

const TOKEN_KEY = "pharmatill-token";

/**
 * The one-time token of `pharmatill serve`. It arrives in the URL fragment, which never travels to
 * a server by itself, and is taken out of the address so that it is not copied along with it.
 */
function takeToken(): string {
  const found = /(?:^#|&)token=([^&]+)/.exec(window.location.hash)?.[1];
  if (found !== undefined) {
    const token = decodeURIComponent(found);
    window.sessionStorage.setItem(TOKEN_KEY, token);
    window.history.replaceState(null, "", window.location.pathname + window.location.search);
    return token;
  }
  return window.sessionStorage.getItem(TOKEN_KEY) ?? "";
}

let token: string | undefined;

function currentToken(): string {
  token ??= takeToken();
  return token;
}

export async function callOverHttp(name: string, args: unknown): Promise<unknown> {
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

/** Server-sent events, one for each change; the browser reconnects by itself. */
export function listenOverHttp(heard: (payload: unknown) => void): () => void {
  const source = new EventSource(`./api/changed?token=${encodeURIComponent(currentToken())}`);
  const onEvent = (event: MessageEvent<string>) => {
    heard(event.data === "" ? null : JSON.parse(event.data));
  };
  source.addEventListener("message", onEvent);
  source.addEventListener("changed", onEvent as EventListener);
  return () => source.close();
}
