import { useEffect, useRef, useState } from "react";
import type { BackendError } from "../../backend";
import { useAct } from "../../backend/queries";
import { useBadgeScan } from "../../keys/keys";

/**
 * Whoever shows their badge while this is on the screen, or has shown it just before; and why one is nobody's.
 */
export function useBadge(onShown: (staffId: string, badge: string) => void, before: string | null = null): BackendError | null {
  const [error, setError] = useState<BackendError | null>(null);
  const { mutate } = useAct("read_badge");
  const read = (badge: string) =>
    mutate(
      { badge },
      {
        onError: setError,
        onSuccess: ({ staffId }) => {
          setError(null);
          onShown(staffId, badge);
        },
      },
    );
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    if (before !== null) latest.current(before);
  }, [before]);
  useBadgeScan(read);
  return error;
}
