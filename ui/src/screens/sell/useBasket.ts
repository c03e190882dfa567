import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { type Args, type BackendError, type BasketView, call, type Name, type Reply } from "../../backend";
import { keep, useAsk } from "../../backend/queries";

/** The basket, and a way to change it that keeps the order in which the hands asked. */
export function useBasket() {
  const client = useQueryClient();
  const asked = useAsk("basket", {});
  const [error, setError] = useState<BackendError | null>(null);
  const last = useRef<Promise<unknown>>(Promise.resolve());

  const run = useCallback(
    <K extends Name>(name: K, args: Args<K>): Promise<Reply<K> | null> => {
      const next = last.current.then(async () => {
        try {
          const reply = await call(name, args);
          keep(client, name, reply);
          setError(null);
          return reply;
        } catch (thrown) {
          setError(thrown as BackendError);
          return null;
        }
      });
      last.current = next;
      return next;
    },
    [client],
  );
  const put = useCallback((basket: BasketView) => client.setQueryData(["basket", {}], basket), [client]);
  const forget = useCallback(() => setError(null), []);
  return { asked, run, put, error, forget };
}

export type RunBasket = ReturnType<typeof useBasket>["run"];
