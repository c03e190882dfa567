import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { paced } from "./pace";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("runs at once, then at most once in its time, and once more after the last call", async () => {
  let runs = 0;
  const call = paced(250, async () => void (runs += 1));
  call();
  expect(runs).toBe(1);
  for (let at = 0; at < 20; at += 1) {
    await vi.advanceTimersByTimeAsync(10);
    call();
  }
  expect(runs).toBe(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(runs).toBe(2);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(runs).toBe(2);
  call();
  expect(runs).toBe(3);
});

it("never runs twice at a time, and does not forget what came meanwhile", async () => {
  const answers: (() => void)[] = [];
  const call = paced(250, () => new Promise<void>((resolve) => answers.push(resolve)));
  call();
  await vi.advanceTimersByTimeAsync(1_000);
  call();
  call();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await vi.advanceTimersByTimeAsync(0);
  expect(answers).toHaveLength(2);
  answers[1]?.();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(answers).toHaveLength(2);
});
