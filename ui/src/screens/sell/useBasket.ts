import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { type Args, type BackendError, type BasketView, call, type Name, type Reply } from "../../backend";
import { approved } from "../../backend/approval";
import { alone, keep, putReply, useAsk } from "../../backend/queries";

/** The basket, and a way to change it that keeps the order in which the hands asked. */
export function useBasket() {
  const client = useQueryClient();
  const asked = useAsk("basket", {});
  const [error, setError] = useState<BackendError | null>(null);
  const last = useRef<Promise<unknown>>(Promise.resolve());
  const waiting = useRef(0);

  const run = useCallback(
    <K extends Name>(name: K, args: Args<K>): Promise<Reply<K> | null> => {
      waiting.current += 1;
      const next = last.current.then(async () => {
        try {
          const reply = await approved(() => alone(client, () => call(name, args)));
          keep(client, name, reply);
          setError(null);
          return reply;
        } catch (thrown) {
          setError(thrown as BackendError);
          return null;
        } finally {
          waiting.current -= 1;
        }
      });
      last.current = next;
      return next;
    },
    [client],
  );
  /** The basket after everything that was asked; at once where nothing is under way. */
  const settled = useCallback(
    (then: (basket: BasketView) => void) => {
      const now = () => {
        const basket = client.getQueryData<BasketView>(["basket", {}]);
        if (basket !== undefined) then(basket);
      };
      if (waiting.current === 0) now();
      else void last.current.then(now);
    },
    [client],
  );
  /** What was quoted for the basket before must not be offered for this one. */
  const forgetQuotes = useCallback(() => client.removeQueries({ queryKey: ["quote_tenders"] }), [client]);
  const put = useCallback((basket: BasketView) => putReply(client, "basket", basket), [client]);
  const forget = useCallback(() => setError(null), []);
  return { asked, run, put, settled, forgetQuotes, error, forget };
}

export type RunBasket = ReturnType<typeof useBasket>["run"];
