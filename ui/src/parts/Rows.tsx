import { useVirtualizer } from "@tanstack/react-virtual";
import { type ReactNode, useContext, useEffect, useId, useRef } from "react";
import { DialogAround, useKeys } from "../keys/keys";
import { t } from "../messages/messages";
import styles from "./Rows.module.css";

type Props<R> = {
  rows: readonly R[];
  rowKey: (row: R) => string;
  /** Height of a row in px. */
  height: number;
  /** Rows may be higher than that, as their content needs. */
  grows?: boolean;
  /** The chosen row. */
  at: number;
  onAt: (at: number) => void;
  draw: (row: R, chosen: boolean) => ReactNode;
  label: string;
  /** Each row carries it; the list itself carries it with `-list`. */
  testid: string;
  /** Called by a double click. */
  onOpen?: (row: R) => void;
  /** One click is enough to open. */
  opensByClick?: boolean;
  /** Called when the last rows come near, to fetch more. */
  onEnd?: () => void;
  /** Whether the arrows move in this list; not while something else on the screen needs them. */
  keys?: boolean;
};

/** A list of any length: only what is in sight is drawn, arrows choose, nothing is split into pages. */
export function Rows<R>({ rows, rowKey, height, at, onAt, draw, label, testid, onOpen, onEnd, keys = true, grows = false, opensByClick = false }: Props<R>) {
  const id = useId();
  const dialog = useContext(DialogAround);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    // A measured height belongs to its row, not to its place: another search puts others there.
    getItemKey: (index) => {
      const row = rows[index];
      return row === undefined ? index : rowKey(row);
    },
    overscan: 8,
  });
  const chosen = Math.min(at, rows.length - 1);
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - 20) onEnd?.();
  }, [last, rows.length, onEnd]);
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [chosen, virtual]);

  const onPage = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / height) - 1);
  const move = (by: number) => onAt(Math.max(0, Math.min(rows.length - 1, chosen + by)));
  const act = (name: "up" | "down" | "pageUp" | "pageDown", key: string, by: () => number) => ({ id: `${testid}.${name}`, key, label: t(`act.${name}`), run: () => move(by()), quiet: true });
  useKeys(
    keys && rows.length > 0
      ? [act("up", "ArrowUp", () => -1), act("down", "ArrowDown", () => 1), act("pageUp", "PageUp", () => -onPage()), act("pageDown", "PageDown", onPage)]
      : [],
    dialog === null ? "screen" : "dialog",
    dialog ?? undefined,
  );

  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="listbox"
      aria-label={label}
      aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
      tabIndex={0}
      data-testid={`${testid}-list`}
    >
      <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          return (
            <div
              key={rowKey(row)}
              ref={grows ? virtual.measureElement : undefined}
              data-index={item.index}
              id={`${id}-${item.index}`}
              className={styles.row}
              role="option"
              aria-selected={item.index === chosen}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              style={{ [grows ? "minHeight" : "height"]: height, transform: `translateY(${item.start}px)` }}
              data-testid={testid}
              data-key={rowKey(row)}
              // The field above keeps the focus while a finger chooses.
              onMouseDown={(event) => event.preventDefault()}
              onPointerDown={() => onAt(item.index)}
              onClick={opensByClick ? () => onOpen?.(row) : undefined}
              onDoubleClick={opensByClick ? undefined : () => onOpen?.(row)}
            >
              {draw(row, item.index === chosen)}
            </div>
          );
        })}
      </div>
    </div>
  );
}
