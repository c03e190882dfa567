import styles from "./parts.module.css";

/** Empty space around the code, in modules, as readers need it. */
const QUIET = 4;

/** Black on white also in the dark: not every reader takes it the other way round. */
export function QrCode({ rows, label, testid }: { rows: readonly string[]; label: string; testid: string }) {
  const size = rows.length + 2 * QUIET;
  const dark = rows.flatMap((row, y) => [...row].flatMap((module, x) => (module === "1" ? [`M${x + QUIET} ${y + QUIET}h1v1h-1z`] : [])));
  return (
    <svg className={styles.qr} viewBox={`0 0 ${size} ${size}`} shapeRendering="crispEdges" role="img" aria-label={label} data-testid={testid}>
      <rect width={size} height={size} fill="#ffffff" />
      <path d={dark.join("")} fill="#000000" />
    </svg>
  );
}
