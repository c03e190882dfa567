import { useLayoutEffect, useRef, useState } from "react";
import type { DisplayLine } from "../../backend";
import { formatAmount, formatCount, keepStrength } from "../../format";
import styles from "./Display.module.css";
import { follow, packsShown } from "./shown";

/** The basket; what came last is marked, and in sight however long the list is. */
export function Lines({ lines }: { lines: readonly DisplayLine[] }) {
  const [followed, setFollowed] = useState(() => follow({ lines: [], newestNo: null }, lines));
  if (followed.lines !== lines) setFollowed(follow(followed, lines));
  return (
    <ol className={styles.lines} data-testid="display-lines">
      {lines.map((line) => (
        <Line key={line.lineNo} line={line} isNewest={line.lineNo === followed.newestNo} />
      ))}
    </ol>
  );
}

function Line({ line, isNewest }: { line: DisplayLine; isNewest: boolean }) {
  const row = useRef<HTMLLIElement>(null);
  useLayoutEffect(() => {
    const found = row.current;
    if (!isNewest || found === null) return;
    // Also when its own height changes, with the window or with the font.
    const watch = new ResizeObserver(() => found.scrollIntoView({ block: "nearest" }));
    watch.observe(found);
    return () => watch.disconnect();
  }, [isNewest]);
  const packs = packsShown(line.quantity);
  return (
    <li ref={row} className={styles.line} data-newest={isNewest} data-testid="display-line">
      <span className={styles.name}>{keepStrength(line.name)}</span>
      <span className={styles.packs} data-testid="display-packs">
        {packs !== null && `${formatCount(packs)} ×`}
      </span>
      <span className={styles.figure} data-testid="display-line-amount">
        {formatAmount(line.amountMinor)}
      </span>
    </li>
  );
}
