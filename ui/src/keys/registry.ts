/**
 * One list of what can be done now. Screens and dialogs say their acts here; the keyboard, the
 * bottom bar, the Ctrl+K palette and F1 help all read this list, so they can never disagree.
 */

export type Act = {
  /** Stable within the app, e.g. `sell.pay`. */
  id: string;
  /** As the person reads it, in the bottom bar and the palette. */
  label: string;
  /** `F12`, `Escape`, `Ctrl+K`, `ArrowUp`, `×`; none for an act that only the palette offers. */
  key?: string;
  run: () => void;
  /** Whether it can be done now; such an act is not shown in the bar. */
  disabled?: boolean;
  /** Keys that speak for themselves (arrows, Enter) stay out of the bottom bar. */
  quiet?: boolean;
  /** Answers also while a dialog is open, e.g. lock. */
  always?: boolean;
  /** The act the screen is for, drawn stronger. */
  main?: boolean;
};

/** A dialog hides the acts of everything below it; the frame's own come last in the bar. */
export type Layer = "frame" | "screen" | "dialog";

type Entry = { layer: Layer; order: number; acts: readonly Act[]; of: string | undefined };

const RANK: Record<Layer, number> = { frame: 0, screen: 1, dialog: 2 };

/** Browser keys that would reload or leave the page are never passed on. */
const TAKEN_AWAY = new Set(["F5", "Ctrl+R", "Ctrl+Shift+R", "Ctrl+F5", "Alt+ArrowLeft", "Alt+ArrowRight", "Ctrl+P", "Ctrl+W", "F7", "F3", "F6", "F10", "F12", "F1", "Ctrl+F", "Ctrl+S", "Ctrl+Shift+S"]);

/** A key press as acts name it: `Ctrl+K`, `F5`, `Alt+ArrowLeft`, `a`. */
export function keyName(event: {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  shiftKey: boolean;
}): string {
  const single = event.key.length === 1;
  let name = "";
  if (event.ctrlKey || event.metaKey) name += "Ctrl+";
  if (event.altKey) name += "Alt+";
  // Shift is part of a character already, but tells F-keys and arrows apart.
  if (event.shiftKey && (!single || name !== "")) name += "Shift+";
  return name + (single && name !== "" ? event.key.toUpperCase() : event.key);
}

export function isTakenAway(name: string): boolean {
  return TAKEN_AWAY.has(name);
}

export class KeyRegistry {
  #entries: Entry[] = [];
  #next = 0;
  #listeners = new Set<() => void>();
  #shown: readonly Act[] = [];
  #stale = true;

  /** Adds a group of acts; the answer takes it out again. Groups of one dialog, which `of` names, answer together. */
  add(layer: Layer, acts: readonly Act[], of?: string): { replace: (acts: readonly Act[]) => void; remove: () => void } {
    const entry: Entry = { layer, order: this.#next++, acts, of };
    this.#entries.push(entry);
    this.#changed();
    return {
      replace: (next) => {
        const same = summary(entry.acts) === summary(next);
        entry.acts = next;
        // New closures with the same words need no redrawing.
        if (same) this.#stale = true;
        else this.#changed();
      },
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
        this.#changed();
      },
    };
  }

  /** The acts that can be done now, nearest first: the topmost dialog, or screen and frame. */
  current(): readonly Act[] {
    if (this.#stale) {
      this.#shown = this.#collect();
      this.#stale = false;
    }
    return this.#shown;
  }

  /** The act behind a key, if any can be done now. */
  find(name: string): Act | undefined {
    return this.current().find((act) => act.key === name && act.disabled !== true);
  }

  /** An act as its screen says it now, also while a dialog hides it. */
  named(id: string): Act | undefined {
    return this.#entries.flatMap((entry) => entry.acts).findLast((act) => act.id === id);
  }

  /** Does an act as its screen says it now, also for a button that was drawn before. */
  run(id: string): void {
    const act = this.named(id);
    if (act?.disabled !== true) act?.run();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes whenever what is shown changes. */
  version = (): string => summary(this.current());

  #collect(): readonly Act[] {
    const nearestFirst = [...this.#entries].sort(
      (a, b) => RANK[b.layer] - RANK[a.layer] || b.order - a.order,
    );
    const dialog = nearestFirst.find((entry) => entry.layer === "dialog");
    const acts = nearestFirst.flatMap((entry) =>
      dialog === undefined || entry === dialog || (dialog.of !== undefined && entry.of === dialog.of) ? entry.acts : entry.acts.filter((act) => act.always),
    );
    const seen = new Set<string>();
    return acts.filter((act) => {
      if (act.key === undefined) return true;
      // Of two acts with one key the nearer stands.
      if (seen.has(act.key)) return false;
      seen.add(act.key);
      return true;
    });
  }

  #changed(): void {
    this.#stale = true;
    for (const listener of this.#listeners) listener();
  }
}

/** What is shown of acts, to see whether it changed. */
export function summary(acts: readonly Act[]): string {
  return acts
    .map((act) => [act.id, act.key, act.label, act.disabled, act.quiet, act.main].join("\u0001"))
    .join("\u0002");
}
