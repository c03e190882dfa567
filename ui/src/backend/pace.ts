/**
 * Runs something soon after it is called, but at most once in so many ms, never twice at a time, and
 * always once more after the last call.
 */
export function paced(everyMs: number, run: () => Promise<unknown>): () => void {
  let nextMs = 0;
  let isRunning = false;
  let isDue = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const begin = () => {
    timer = undefined;
    isDue = false;
    isRunning = true;
    nextMs = performance.now() + everyMs;
    void run().finally(() => {
      isRunning = false;
      if (isDue) plan();
    });
  };
  const plan = () => {
    if (timer !== undefined) return;
    const waitMs = nextMs - performance.now();
    if (waitMs <= 0) begin();
    else timer = setTimeout(begin, waitMs);
  };
  return () => {
    if (isRunning) isDue = true;
    else plan();
  };
}
