import { useQueryClient } from "@tanstack/react-query";
import { useLayoutEffect, useState } from "react";
import { call } from "../../backend";
import { putReply, useAsk } from "../../backend/queries";

/**
 * What is being typed, kept by the till over leaving the screen, a restart and a power cut, until it is dropped. One
 * draft belongs to one thing, named by `of`: the numbers of one session never turn up in another.
 */
export function useDraft<T extends object>(of: string, empty: T): [T, (next: T) => void, () => void] {
  const client = useQueryClient();
  const kept = useAsk("draft", { of });
  const [typed, setTyped] = useState<T | null>(null);
  const found = typed === null ? (kept.data?.text ?? null) : null;
  // The field that waits for a number has one now: the next key replaces it, as in any field that was come to.
  useLayoutEffect(() => {
    if (found !== null && document.activeElement instanceof HTMLInputElement) document.activeElement.select();
  }, [found]);
  const keep = (text: string | null) => {
    putReply(client, "draft", { of, text }, { of });
    keeping.set(of, text);
    void keepAll();
  };
  const set = (next: T) => {
    setTyped(next);
    keep(JSON.stringify(next));
  };
  return [typed ?? { ...empty, ...read<T>(found) }, set, () => keep(null)];
}

/** The newest of each draft that the till has still to keep; one is on its way at a time. */
const keeping = new Map<string, string | null>();
let isKeeping = false;

async function keepAll(): Promise<void> {
  if (isKeeping) return;
  isKeeping = true;
  for (const [of, text] of keeping) {
    keeping.delete(of);
    // What cannot be kept stays on the screen, and putting it in says why.
    await call("keep_draft", { of, text }).catch(() => undefined);
  }
  isKeeping = false;
}

function read<T>(text: string | null): T | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
