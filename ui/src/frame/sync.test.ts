import { expect, it } from "vitest";
import type { SyncView } from "../backend";
import { syncState } from "./sync";

const sent: SyncView = { hasServer: true, address: "http://127.0.0.1:7878", isConnected: true, lastContactMs: 0, backedUpMs: null, hasOtherFigures: false, refused: null, unsentCount: 0, unsentMinor: 0, oldestUnsentMs: null, leaseEndsMs: null };
const waits = { unsentCount: 2, unsentMinor: 990, oldestUnsentMs: 100_000 };

it.each([
  ["sent", sent],
  ["alone", { ...sent, hasServer: false }],
  ["stopped", { ...sent, ...waits, refused: "device_revoked" }],
  ["differs", { ...sent, hasOtherFigures: true }],
  ["offline", { ...sent, isConnected: false }],
  // Without an answer every sale waits; with one only what is under way for long.
  ["waits", { ...sent, ...waits, isConnected: false }],
  ["sent", { ...sent, ...waits }],
  ["waits", { ...sent, ...waits, oldestUnsentMs: 80_000 }],
] as const)("a till is %s: %o", (state, sync) => {
  expect(syncState(sync, 105_000)).toBe(state);
});
