import { beforeEach, expect, it } from "vitest";
import type { SyncView } from "../backend";
import { setFormat } from "../format";
import { serverFacts } from "./serverFacts";

const sync: SyncView = { hasServer: true, address: "http://127.0.0.1:7878", isConnected: true, lastContactMs: 0, backedUpMs: null, hasOtherFigures: false, refused: null, unsentCount: 0, unsentMinor: 0, oldestUnsentMs: null, leaseEndsMs: null };
beforeEach(() => setFormat({ locale: "en-GB", currency: "EUR", timeZone: "Europe/Berlin" }));

const day = 86_400_000;
const at = Date.UTC(2026, 10, 21, 14, 2);

it("says until when the server has a backup of this till", () => {
  const said = (backedUpMs: number | null, nowMs: number) => Object.fromEntries(serverFacts({ ...sync, backedUpMs }, nowMs))["Server's backup"];
  expect(said(null, at)).toBe("none known yet");
  expect(said(at, at + 60_000)).toMatch(/^backed up until \d\d:\d\d$/);
  expect(said(at, at + 2 * day)).toMatch(/^backed up until .*21.*\d\d:\d\d$/);
});
