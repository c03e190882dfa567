import { barsPicture } from "./bars";
import styles from "./parts.module.css";

/** As wide in px as a barcode may be beneath a paper. */
const MOST = 340;

/** Each module as many whole px wide as there is room for: bars of uneven width are read by no scanner. Black on white also in the dark, as scanners need it, with what it says beneath. */
export function BarCode({ bars, text, testid, most = MOST }: { bars: string; text: string; testid: string; most?: number }) {
  const { width, path } = barsPicture(bars);
  const scale = Math.max(1, Math.floor(most / width));
  return (
    <figure className={styles.bars} data-testid={testid}>
      <svg viewBox={`0 0 ${width} 1`} width={width * scale} preserveAspectRatio="none" shapeRendering="crispEdges" aria-hidden>
        <rect width={width} height={1} fill="#ffffff" />
        <path d={path} fill="#000000" />
      </svg>
      <figcaption className="selectable">{text}</figcaption>
    </figure>
  );
}
