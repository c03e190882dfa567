import { useMutation } from "@tanstack/react-query";
import type { BackendError } from "../../backend";

/** Something of several steps that a key or a button begins, with the refusal kept for showing. */
export function useDoing(work: () => Promise<void>): { run: () => void; isDoing: boolean; error: BackendError | null } {
  const doing = useMutation<void, BackendError>({ mutationFn: work });
  return {
    run: () => {
      if (!doing.isPending) doing.mutate();
    },
    isDoing: doing.isPending,
    error: doing.error,
  };
}
