import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { call } from "../backend";
import { approval } from "../backend/approval";

/** How often the till is told at the most that somebody is there. */
const TELL_EVERY_MS = 20_000;

/**
 * Tells the till that somebody is there while keys are pressed and the screen is touched, and asks it again when
 * nobody was for so long that it is locked by then. The till itself decides that it is; nothing is lost with it.
 */
export function useIdle(lockAfterMs: number): void {
  const client = useQueryClient();
  useEffect(() => {
    let toldAt = performance.now();
    let timer: number | undefined;
    const wait = () => {
      window.clearTimeout(timer);
      timer = window.setTimeout(() => {
        // What waited for an approval is given up with the person who asked for it.
        approval.end(false);
        void client.invalidateQueries({ queryKey: ["status"] });
      }, lockAfterMs + 250);
    };
    const isThere = () => {
      const now = performance.now();
      if (now - toldAt < TELL_EVERY_MS) return;
      toldAt = now;
      wait();
      // Whoever is locked out meanwhile sees it by the status.
      void call("stay", {}).catch(() => client.invalidateQueries({ queryKey: ["status"] }));
    };
    wait();
    window.addEventListener("keydown", isThere, true);
    window.addEventListener("pointerdown", isThere, true);
    return () => {
      window.clearTimeout(timer);
      window.removeEventListener("keydown", isThere, true);
      window.removeEventListener("pointerdown", isThere, true);
    };
  }, [client, lockAfterMs]);
}
