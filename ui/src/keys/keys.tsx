import { createContext, type ReactNode, useCallback, useContext, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { type Act, isTakenAway, KeyRegistry, keyName, type Layer, summary } from "./registry";
import { isBadge } from "./badge";
import { type Scan, ScanRecogniser } from "./scanner";

export type { Act } from "./registry";

type ScanHandler = (code: string) => void;
/** Takes a code; and hears, where it wants to, that one of a pack is on its way. */
type Reader = { take: ScanHandler; onBegin: () => void };

const Keys = createContext<KeyRegistry | null>(null);
/** Who wants what is scanned, the newest last: badges, and all other codes. */
type Readers = { badges: Reader[]; codes: Reader[] };
const Scans = createContext<Readers | null>(null);

function required<T>(value: T | null): T {
  if (value === null) throw new Error("outside of KeysProvider");
  return value;
}

/** GS1 codes separate their parts by a group separator, which scanners type as Ctrl+]. */
const GROUP_SEPARATOR = "\u001d";
const isGroupSeparator = (event: KeyboardEvent) => event.ctrlKey && event.key === "]";

/** Longer than a scanner takes from one character to the next. */
const SURELY_A_PERSON_MS = 60;

/** Listens to the keyboard once, for the whole app. */
export function KeysProvider({ children }: { children: ReactNode }) {
  const [registry] = useState(() => new KeyRegistry());
  const [readers] = useState<Readers>(() => ({ badges: [], codes: [] }));

  useEffect(() => {
    const recogniser = new ScanRecogniser();
    const before = new FieldsBefore();
    let silence: number | undefined;
    let digit: number | undefined;

    const scanned = ({ code, sinceMs }: Scan) => {
      before.putBack(sinceMs);
      (isBadge(code) ? readers.badges : readers.codes).at(-1)?.take(code);
    };
    const onSilence = (atMs: number) => {
      const verdict = recogniser.silence();
      if (verdict.kind === "scan") return scanned(verdict);
      before.note(atMs);
      typeText(verdict.text);
    };
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.isComposing) return;
      window.clearTimeout(digit);
      const modified = event.ctrlKey || event.altKey || event.metaKey;
      if (!modified || isGroupSeparator(event)) {
        const key = isGroupSeparator(event) ? GROUP_SEPARATOR : event.key;
        const verdict = recogniser.offer({ key, atMs: event.timeStamp }, focusedField()?.dataset.scans === "most");
        window.clearTimeout(silence);
        if (verdict.kind === "hold" || verdict.kind === "scan") {
          event.preventDefault();
          event.stopPropagation();
          if (verdict.kind === "hold" && verdict.isPack) readers.codes.at(-1)?.onBegin();
          if (verdict.kind === "scan") scanned(verdict);
          else silence = window.setTimeout(() => onSilence(event.timeStamp), verdict.forMs);
          return;
        }
        before.note(event.timeStamp);
        if (verdict.kind === "release") typeText(verdict.text);
        if (isGroupSeparator(event)) {
          event.preventDefault();
          return;
        }
      }
      const name = keyName(event);
      const act = registry.find(name);
      if (act !== undefined && !belongsToFocus(event, name)) {
        event.preventDefault();
        event.stopPropagation();
        if (name.length === 1 && name !== " ") {
          // A digit that chooses something waits a moment: it may be the first of a code, which has no spaces.
          digit = window.setTimeout(() => {
            recogniser.reset();
            act.run();
          }, SURELY_A_PERSON_MS);
        } else if (!event.repeat || act.quiet) act.run();
      } else if (isTakenAway(name)) {
        event.preventDefault();
      }
    };
    window.addEventListener("keydown", onKeyDown, true);
    return () => {
      window.clearTimeout(silence);
      window.clearTimeout(digit);
      window.removeEventListener("keydown", onKeyDown, true);
    };
  }, [registry, readers]);

  return (
    <Keys.Provider value={registry}>
      <Scans.Provider value={readers}>{children}</Scans.Provider>
    </Keys.Provider>
  );
}

type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

function focusedField(): Field | null {
  const focused = document.activeElement;
  const isField = focused instanceof HTMLInputElement || focused instanceof HTMLTextAreaElement || focused instanceof HTMLSelectElement;
  return isField ? focused : null;
}

/** More than a scanner lands before it is recognised. */
const MOST_NOTED = 64;

/** What the fields held before the latest keys landed in them, to be put back after a scan. */
class FieldsBefore {
  #noted: { field: Field; value: string; atMs: number }[] = [];

  /** Call it before a key of that time lands. */
  note(atMs: number): void {
    const field = focusedField();
    if (field !== null) this.#noted = [...this.#noted.slice(1 - MOST_NOTED), { field, value: field.value, atMs }];
  }

  /** Undoes what landed since then. */
  putBack(sinceMs: number): void {
    const since = this.#noted.filter(({ atMs }) => atMs >= sinceMs);
    this.#noted = [];
    // The oldest last, so that it stands.
    for (const { field, value } of since.reverse()) putBack(field, value);
  }
}

function putBack(field: Field, value: string): void {
  // A date that is half typed has no value yet and shows it all the same.
  if (!field.isConnected || (field.value === value && field.type !== "date")) return;
  // React listens to the prototype's setter, so the value is set beneath it and then announced.
  const proto = Object.getPrototypeOf(field) as object;
  Object.getOwnPropertyDescriptor(proto, "value")?.set?.call(field, value);
  field.dispatchEvent(new Event(field instanceof HTMLSelectElement ? "change" : "input", { bubbles: true }));
}

function typeText(text: string): void {
  if (text !== "" && focusedField() !== null) document.execCommand("insertText", false, text);
}

/** Single characters and editing keys belong to the field they are typed in, unless it says no. */
function belongsToFocus(event: KeyboardEvent, name: string): boolean {
  if (document.activeElement instanceof HTMLSelectElement) return name.length === 1 || name === "Enter" || name.startsWith("Arrow");
  if (document.activeElement instanceof HTMLButtonElement) return name === "Enter" || name === " ";
  const field = focusedField();
  if (field === null || field.type === "checkbox" || field.type === "radio") return false;
  if (field.dataset.keys === "shared") return false;
  if (name.length === 1) return true;
  if (field instanceof HTMLTextAreaElement && (name === "Enter" || name.startsWith("Arrow"))) return true;
  return ["Delete", "Home", "End", "ArrowLeft", "ArrowRight", "Backspace"].includes(event.key) && !event.ctrlKey;
}

/** The dialog around a component, by a name of its own; null where there is none. */
export const DialogAround = createContext<string | null>(null);

/** Says which acts can be done while this component is on the screen; `of` names the dialog whose acts they stand beside. */
export function useKeys(acts: readonly Act[], layer: Layer = "screen", of?: string): void {
  const registry = required(useContext(Keys));
  const group = useRef<ReturnType<KeyRegistry["add"]> | null>(null);
  useLayoutEffect(() => {
    const added = registry.add(layer, [], of);
    group.current = added;
    return () => {
      group.current = null;
      added.remove();
    };
  }, [registry, layer, of]);
  useLayoutEffect(() => {
    group.current?.replace(acts);
  });
}

/**
 * The acts that can be done now, redrawn when their words change; each does what its screen says by then.
 * The redrawing follows what the screen itself has to show.
 */
export function useActs(): readonly Act[] {
  const registry = required(useContext(Keys));
  const version = useAfterFrame(registry, registry.version);
  return useMemo(
    () => registry.current().map((act) => ({ ...act, run: () => registry.run(act.id) })),
    // The version stands for the acts.
    [registry, version],
  );
}

/** One act of the screen, for a button of its own; it stays while a dialog is open. */
export function useNamedAct(id: string): Act | undefined {
  const registry = required(useContext(Keys));
  const version = useAfterFrame(
    registry,
    useCallback(() => summary([registry.named(id)].filter((act) => act !== undefined)), [registry, id]),
  );
  return useMemo(() => {
    const act = registry.named(id);
    return act === undefined ? undefined : { ...act, run: () => registry.run(id) };
    // The version stands for the act.
  }, [registry, id, version]);
}

/**
 * Which acts there are, one frame after they change: what a hand waits for is on the screen before what surrounds it
 * is drawn.
 */
function useAfterFrame(registry: KeyRegistry, version: () => string): string {
  const [shown, setShown] = useState(version);
  useEffect(() => {
    let frame = 0;
    let timer: number | undefined;
    const look = () => {
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
      frame = requestAnimationFrame(() => {
        timer = window.setTimeout(() => setShown(version()), 0);
      });
    };
    const stop = registry.subscribe(look);
    // Acts may have changed between the drawing and the listening.
    look();
    return () => {
      stop();
      cancelAnimationFrame(frame);
      window.clearTimeout(timer);
    };
  }, [registry, version]);
  return shown;
}

/**
 * Receives what the scanner reads while this component is on the screen; the newest one wins, and
 * the frame's gets what nothing else on the screen asks for. `onBegin` is called while the code of a pack is
 * still being read, with each further digit.
 */
export function useScan(handler: ScanHandler, layer: "screen" | "frame" = "screen", onBegin: () => void = nothing): void {
  useReader(required(useContext(Scans)).codes, { take: handler, onBegin }, layer);
}

/** The same for people's badges, which no screen takes for the code of a pack. */
export function useBadgeScan(handler: ScanHandler, layer: "screen" | "frame" = "screen"): void {
  useReader(required(useContext(Scans)).badges, { take: handler, onBegin: nothing }, layer);
}

const nothing = () => undefined;

function useReader(readers: Reader[], reader: Reader, layer: "screen" | "frame"): void {
  const latest = useRef(reader);
  useLayoutEffect(() => {
    latest.current = reader;
  });
  useEffect(() => {
    const stable: Reader = { take: (code) => latest.current.take(code), onBegin: () => latest.current.onBegin() };
    if (layer === "frame") readers.unshift(stable);
    else readers.push(stable);
    return () => {
      readers.splice(readers.indexOf(stable), 1);
    };
  }, [readers, layer]);
}
