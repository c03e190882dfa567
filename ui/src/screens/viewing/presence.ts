import { useEffect } from "react";
import { call } from "../../backend";

/** How often a server hears that somebody is there. */
const SAID_EVERY_MS = 60_000;

/** Says that somebody is there whenever they press or touch something: figures that come by themselves are no sign of it. */
export function useStillHere(): void {
  useEffect(() => {
    let saidMs = Number.NEGATIVE_INFINITY;
    const say = (event: Event) => {
      if (event.timeStamp - saidMs < SAID_EVERY_MS) return;
      saidMs = event.timeStamp;
      // What is wrong, the next question says as well.
      call("still_here", {}).catch(() => undefined);
    };
    const kinds = ["keydown", "pointerdown", "wheel"] as const;
    for (const kind of kinds) window.addEventListener(kind, say, { capture: true, passive: true });
    return () => {
      for (const kind of kinds) window.removeEventListener(kind, say, { capture: true });
    };
  }, []);
}
