import { describe, expect, it, vi } from "vitest";
import { type Act, isTakenAway, KeyRegistry, keyName } from "./registry";

const act = (id: string, key?: string, more: Partial<Act> = {}): Act => ({ id, key, label: id, run: () => undefined, ...more });
const ids = (registry: KeyRegistry) => registry.current().map(({ id }) => id);

describe("which acts can be done", () => {
  it("the screen's stand before the frame's, and take a key from it", () => {
    const registry = new KeyRegistry();
    registry.add("frame", [act("help", "F1"), act("frame.find", "F2")]);
    registry.add("screen", [act("pay", "F12"), act("screen.find", "F2")]);
    expect(ids(registry)).toEqual(["pay", "screen.find", "help"]);
  });

  it("a dialog hides everything below it but what always answers", () => {
    const registry = new KeyRegistry();
    registry.add("frame", [act("help", "F1"), act("lock", "F8", { always: true })]);
    registry.add("screen", [act("pay", "F12")]);
    const dialog = registry.add("dialog", [act("set", "Enter")]);
    expect(ids(registry)).toEqual(["set", "lock"]);
    registry.add("dialog", [act("inner", "Enter")]);
    expect(ids(registry)).toEqual(["inner", "lock"]);
    dialog.remove();
    expect(registry.find("Enter")?.id).toBe("inner");
  });

  it("what one dialog says in several places answers together, and no dialog below it", () => {
    const registry = new KeyRegistry();
    registry.add("dialog", [act("settle", "F12")], "below");
    registry.add("dialog", [act("choose", "Enter")], "above");
    const list = registry.add("dialog", [act("up", "ArrowUp")], "above");
    expect(ids(registry)).toEqual(["up", "choose"]);
    list.remove();
    expect(ids(registry)).toEqual(["choose"]);
  });

  it("what cannot be done now has no key", () => {
    const registry = new KeyRegistry();
    const group = registry.add("screen", [act("pay", "F12", { disabled: true })]);
    expect(registry.find("F12")).toBeUndefined();
    group.replace([act("pay", "F12")]);
    expect(registry.find("F12")?.id).toBe("pay");
  });

  it("a button that was drawn before does what its screen says now", () => {
    const registry = new KeyRegistry();
    const [before, now] = [vi.fn(), vi.fn()];
    const group = registry.add("screen", [act("void", "F9", { run: before })]);
    const dialog = registry.add("dialog", [act("set", "Enter")]);
    group.replace([act("void", "F9", { run: now })]);
    registry.run("void");
    expect([before, now].map((run) => run.mock.calls.length)).toEqual([0, 1]);
    dialog.remove();
    group.replace([act("void", "F9", { run: now, disabled: true })]);
    registry.run("void");
    expect(now).toHaveBeenCalledOnce();
  });

  it("tells listeners when words change, and runs the newest closure when they do not", () => {
    const registry = new KeyRegistry();
    const heard = vi.fn();
    const group = registry.add("screen", [act("pay", "F12")]);
    registry.subscribe(heard);
    const run = vi.fn();
    group.replace([act("pay", "F12", { run })]);
    expect(heard).not.toHaveBeenCalled();
    registry.find("F12")?.run();
    expect(run).toHaveBeenCalledOnce();
    group.replace([act("pay", "F12", { disabled: true })]);
    expect(heard).toHaveBeenCalledOnce();
  });
});

describe("key names", () => {
  const press = (key: string, held: Partial<Record<"ctrlKey" | "altKey" | "metaKey" | "shiftKey", boolean>> = {}) =>
    keyName({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...held });

  it.each([
    [press("k", { ctrlKey: true }), "Ctrl+K"],
    [press("k", { metaKey: true }), "Ctrl+K"],
    [press("K", { ctrlKey: true, shiftKey: true }), "Ctrl+Shift+K"],
    [press("F9", { shiftKey: true }), "Shift+F9"],
    [press("*", { shiftKey: true }), "*"],
    [press("ArrowLeft", { altKey: true }), "Alt+ArrowLeft"],
    [press("1", { altKey: true }), "Alt+1"],
  ])("%s", (name, expected) => expect(name).toBe(expected));

  it("what would reload or leave is taken away", () => {
    for (const name of ["F5", "Ctrl+R", "Ctrl+Shift+R", "Alt+ArrowLeft"]) expect(isTakenAway(name)).toBe(true);
    for (const name of ["Ctrl+C", "ArrowLeft", "a"]) expect(isTakenAway(name)).toBe(false);
  });
});
