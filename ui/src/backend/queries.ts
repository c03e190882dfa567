import { notifyManager, type Query, QueryClient, type QueryFilters, useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useSyncExternalStore } from "react";
import { type Args, type BackendError, call, connection, type Name, type OfBranch, onChanged, openDisplay, type Reply } from ".";
import { approved } from "./approval";
import { paced } from "./pace";

/** Everything is on this machine: asking again is cheap, and "offline" means nothing here. */
export function createQueryClient(): QueryClient {
  // An answer is drawn with whatever else it changes, not in a frame of its own.
  notifyManager.setScheduler(queueMicrotask);
  return new QueryClient({
    defaultOptions: {
      // What no screen shows any more is soon forgotten: a day of searches would add up.
      queries: { networkMode: "always", retry: false, refetchOnWindowFocus: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 60_000 },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** Reads something and keeps it fresh: asked again whenever the ledger says that it changed. */
export function useAsk<K extends Name>(name: K, args: Args<K>, options: { enabled?: boolean; keep?: boolean; everyMs?: number } = {}) {
  return useQuery<Reply<K>, BackendError>({
    queryKey: [name, args],
    queryFn: () => call(name, args),
    enabled: options.enabled ?? true,
    refetchInterval: options.everyMs ?? false,
    // While typing, the rows of the letter before stay until the new ones are there.
    placeholderData: options.keep === true ? (previous: unknown) => previous as never : undefined,
  });
}

/** Reads the same thing of several, each by itself; `everyMs` says how often it is asked again although nothing was said. */
export function useAskEach<K extends Name>(name: K, each: readonly Args<K>[], everyMs: (reply: Reply<K>) => number | false) {
  return useQueries({
    queries: each.map((args) => ({
      queryKey: [name, args],
      queryFn: () => call(name, args),
      refetchInterval: ({ state: { data } }: Query<Reply<K>>) => (data === undefined ? false : everyMs(data)),
    })),
  });
}

/** Reads something once: what is there already, or under way, is not asked again. */
export function useAskOnce() {
  const client = useQueryClient();
  return useCallback(
    <K extends Name>(name: K, args: Args<K>): Promise<Reply<K>> => client.fetchQuery({ queryKey: [name, args], queryFn: () => call(name, args) }),
    [client],
  );
}

/** Does something; `mutate(args)` by a key or a button, with the refusal kept for showing. */
export function useAct<K extends Name>(name: K, done?: (reply: Reply<K>, args: Args<K>) => void) {
  const client = useQueryClient();
  return useMutation<Reply<K>, BackendError, Args<K>>({
    mutationKey: [name],
    mutationFn: (args) => approved(() => call(name, args)),
    onSuccess: (reply, args) => {
      keep(client, name, reply, args);
      done?.(reply, args);
    },
  });
}

/** Opens the customer's display; `mutate()` by a key or a button. */
export function useOpenDisplay() {
  return useMutation<void, BackendError>({ mutationFn: openDisplay });
}

/** Replies that are the new state of a screen are put there at once, without asking again. */
const ANSWERS: Partial<Record<Name, Name>> = {
  set_up: "status",
  join: "status",
  join_by_server: "status",
  connect_server: "status",
  sign_in: "status",
  sign_out: "status",
  stay: "status",
  change_secret: "status",
  approve: "status",
  decide_approval: "approvals_asked",
  give_secret: "staff",
  give_role: "staff",
  leave: "staff",
  end_sign_in: "own_ways",
  add_passkey: "own_ways",
  remove_passkey: "own_ways",
  set_passphrase: "own_ways",
  set_practice: "status",
  add_staff: "staff",
  save_settings: "settings",
  add_product: "basket",
  add_unknown: "basket",
  set_quantity: "basket",
  set_discount: "basket",
  override_price: "basket",
  confirm_rx: "basket",
  choose_lot: "basket",
  void_line: "basket",
  void_basket: "basket",
  park: "basket",
  recall: "basket",
  settle_conflict: "product_conflicts",
  mark_lots: "lot_marks",
  release_lots: "lot_marks",
  write_off: "expiry_list",
  settle_exception: "settled_exceptions",
  start_refund: "basket",
  unlinked_refund: "basket",
  open_session: "drawer",
  move_cash: "drawer",
  count_drawer: "drawer",
  set_printer: "printers",
  print: "printers",
  settle_print: "printers",
  set_display: "display",
  set_mail: "mail",
  send_mail: "mail",
  settle_mail: "mail",
  test_mail: "mail",
};

/** What one person may see and another may not, before a drawer is counted. */
const BY_PERSON: readonly Name[] = ["drawer", "counted_parts", "cash", "x_report", "day_report", "branch_now", "people_report", "over_short_report", "month_list", "approvals_asked", "causes"];

/** Puts a reply where the query of the same thing looks for it. */
export function keep(client: QueryClient, name: Name, reply: unknown, args: unknown = {}): void {
  // Another person does not see for a moment what the one before could.
  if (name === "sign_in" || name === "sign_out") void client.resetQueries({ predicate: ({ queryKey }) => BY_PERSON.includes(queryKey[0] as Name) });
  const query = ANSWERS[name];
  if (query !== undefined) putReply(client, query, reply, ofBranch(args));
  // Printer and mails go on by themselves: what was said while the reply was on its way was newer than the reply.
  if (query === "printers" || query === "mail") void client.invalidateQueries({ queryKey: [query] });
  if (name === "count_part") putReply(client, "counted_parts", reply, { cashSessionId: (args as Args<"count_part">).cashSessionId });
}

/** Puts the newest state of a screen in its place; a question asked before it must not answer after it. */
export function putReply(client: QueryClient, query: Name, reply: unknown, of: OfBranch | Args<"counted_parts"> | Args<"draft"> = {}): void {
  void client.cancelQueries({ queryKey: [query, of] });
  client.setQueryData([query, of], reply);
}

/** The branch that an act at a server names; a till has one only. */
function ofBranch(args: unknown): OfBranch {
  const { branchId } = (args ?? {}) as OfBranch;
  return branchId === undefined ? {} : { branchId };
}

/** What has to be asked again for each word the ledger says after a change. */
const CONCERNS: Record<string, readonly Name[]> = {
  basket: ["basket", "display", "quote_tenders"],
  book: ["basket", "quote_tenders", "lot_marks", "lot_mark", "expiry_list", "branch_now", "branch_stock", "settled_exceptions", "people_report", "over_short_report", "month_list", "approval_state", "approvals_asked", "sales", "sale", "customers", "display", "drawer", "drawers", "counted_parts", "cash", "x_report", "z_reports", "z_report", "causes", "day_report", "unknown_sold", "parked", "product", "status"],
  catalogue: ["branch_now", "display", "product_conflicts", "find_products", "product", "lot_marks", "lot_mark", "expiry_list", "import_report", "settings", "setting_changes"],
  status: ["status", "display", "draft", "own_ways", "staff", "settings", "import_report", "printers", "mail", ...BY_PERSON],
  printing: ["printers"],
  mail: ["mail"],
  branch: ["branch_now"],
  viewed: ["branch_now", "branch_stock", "approvals_asked"],
};

/** What many changes concern, other tills' as well: asked again at most once in so many ms. */
const PACES: Partial<Record<Name, number>> = { branch_now: 250, approvals_asked: 250, branch_stock: 60_000 };

const paces = new Map<string, () => void>();

/** Every question of this name, or where a branch is named those about it. */
function about(name: Name, branchId: string | undefined): QueryFilters {
  return { predicate: ({ queryKey }) => queryKey[0] === name && (branchId === undefined || (queryKey[1] as OfBranch).branchId === branchId) };
}

function askSoon(client: QueryClient, name: Name, everyMs: number, branchId: string | undefined): void {
  const key = `${name} ${branchId ?? ""}`;
  const soon = paces.get(key) ?? paced(everyMs, () => client.invalidateQueries(about(name, branchId)));
  paces.set(key, soon);
  soon();
}

/** What the ledger said while nothing was to be asked; null while everything may be. */
let heardMeanwhile: Set<string> | null = null;

/** Does something that somebody waits for: nothing else is asked before its answer is on the screen. */
export async function alone<R>(client: QueryClient, act: () => Promise<R>): Promise<R> {
  const heard = (heardMeanwhile ??= new Set());
  try {
    return await act();
  } finally {
    // After the next frame, which shows the answer.
    window.requestAnimationFrame(() =>
      window.setTimeout(() => {
        if (heardMeanwhile === heard) heardMeanwhile = null;
        for (const what of heard) refresh(client, what);
        heard.clear();
      }),
    );
  }
}

/** Asks again what a word concerns; a server names the branch behind it. */
function refresh(client: QueryClient, said: string): void {
  const [what = "", branchId] = said.split(" ");
  const concerns = (name: Name) => CONCERNS[what]?.includes(name) ?? true;
  for (const [name, everyMs] of Object.entries(PACES) as [Name, number][]) if (concerns(name)) askSoon(client, name, everyMs, branchId);
  void client.invalidateQueries({
    predicate: ({ queryKey }) => PACES[queryKey[0] as Name] === undefined && concerns(queryKey[0] as Name),
  });
}

/** Listens for changes as long as the app is open. */
export function useFreshness(): void {
  const client = useQueryClient();
  useEffect(
    () =>
      onChanged((what) => {
        if (heardMeanwhile === null) refresh(client, what);
        else heardMeanwhile.add(what);
      }),
    [client],
  );
}

/** Whether whoever answers this page is there now. */
export const useIsConnected = (): boolean => useSyncExternalStore(connection.listen, connection.now);
