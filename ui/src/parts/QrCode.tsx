import styles from "./parts.module.css";
import { qrPicture } from "./qr";

/** Black on white also in the dark: not every reader takes it the other way round. */
export function QrCode({ rows, label, testid }: { rows: readonly string[]; label: string; testid: string }) {
  const { side, path } = qrPicture(rows);
  return (
    <svg className={styles.qr} viewBox={`0 0 ${side} ${side}`} shapeRendering="crispEdges" role="img" aria-label={label} data-testid={testid}>
      <rect width={side} height={side} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  );
}
