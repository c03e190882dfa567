import { barsPicture } from "./bars";
import styles from "./parts.module.css";

/** Black on white also in the dark, as scanners need it, with what it says beneath. */
export function BarCode({ bars, text, testid }: { bars: string; text: string; testid: string }) {
  const { width, path } = barsPicture(bars);
  return (
    <figure className={styles.bars} data-testid={testid}>
      <svg viewBox={`0 0 ${width} 1`} preserveAspectRatio="none" shapeRendering="crispEdges" aria-hidden>
        <rect width={width} height={1} fill="#ffffff" />
        <path d={path} fill="#000000" />
      </svg>
      <figcaption className="selectable">{text}</figcaption>
    </figure>
  );
}
