/**
 * What somebody may not do alone: the act waits while somebody who may is asked, and is done again once they
 * allowed it. Every act of every screen comes by here, so no screen has to think of it.
 */
import type { BackendError } from "./error";

/** What is to be allowed, as the refusal named it. */
export type Need = {
  permission: string;
  extent: number;
  /** Ids of those who may. */
  approvers: readonly string[];
};

type Waiting = { need: Need; error: BackendError; end: (isAllowed: boolean) => void };

let waiting: Waiting | null = null;
const listeners = new Set<() => void>();

function become(next: Waiting | null): void {
  waiting = next;
  for (const listener of listeners) listener();
}

/** What waits for an approval now, for the dialog that asks for it. */
export const approval = {
  now: (): Waiting | null => waiting,
  listen: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  },
  /** Allowed, or given up. */
  end: (isAllowed: boolean): void => {
    const ended = waiting;
    become(null);
    ended?.end(isAllowed);
  },
};

/** Does something; where that needs somebody's approval, asks for it and does it again. */
export async function approved<R>(act: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await act();
    } catch (thrown) {
      const error = thrown as BackendError;
      if (error.code !== "approval_needed" || !(await asked(error))) throw error;
    }
  }
}

function asked(error: BackendError): Promise<boolean> {
  // Only one can be asked for at a time; what waited before is given up.
  approval.end(false);
  const { permission, extent, approvers } = (error.detail ?? {}) as Partial<Need>;
  const need = { permission: permission ?? "", extent: extent ?? 0, approvers: approvers ?? [] };
  return new Promise((resolve) => become({ need, error, end: resolve }));
}
