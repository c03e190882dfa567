import { VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useState } from "react";
import { formatAmount, formatDenomination, formatSigned, minorDigits } from "../format";
import { t } from "../messages/messages";
import styles from "./OverShortChart.module.css";
import { scaleAround } from "./scale";

const LEFT = 72;
const RIGHT = 8;
const TOP = 24;
const BOTTOM = 28;
/** The widest that a bar is drawn, so that a single one does not fill the screen. */
const WIDEST = 56;
/** The lowest that a bar is drawn, so that a few cents are seen beside a hundred euros. */
const LOWEST = 2;

/** What stands at one place of the axis: over is 0 or more, short 0 or less. */
export type Bar = { key: string; label: string; name: string; overMinor: number; shortMinor: number; netMinor: number };

type Props = { bars: readonly Bar[]; title: string; axis: string; currency: string; height?: number };

/** What was over above the line, and what was short below it; a table stands behind it. */
export function OverShortChart({ bars, title, axis, currency, height = 224 }: Props) {
  const { ref, width } = useElementSize();
  const [over, setOver] = useState<string | null>(null);
  const scale = scaleAround(Math.max(0, ...bars.map((bar) => bar.overMinor)), Math.min(0, ...bars.map((bar) => bar.shortMinor)), 10 ** minorDigits());
  const plotWidth = Math.max(0, width - LEFT - RIGHT);
  const plotHeight = height - TOP - BOTTOM;
  const slot = plotWidth / Math.max(1, bars.length);
  const barWidth = Math.min(WIDEST, slot * 0.6);
  // Not every bar has room for its words.
  const longest = Math.max(1, ...bars.map((bar) => bar.label.length)) * 8 + 8;
  const labelled = Math.max(1, Math.ceil(longest / Math.max(1, slot)));
  const y = (minor: number) => TOP + plotHeight * ((scale.top - minor) / (scale.top - scale.bottom));
  const high = (minor: number) => (minor === 0 ? 0 : Math.max(LOWEST, Math.abs(y(minor) - y(0))));
  const middle = (index: number) => LEFT + slot * (index + 0.5);
  const read = bars.find((bar) => bar.key === over);

  return (
    <figure className={styles.chart} data-testid="over-short-chart">
      <figcaption className={styles.legend}>
        <strong>{title}</strong>
        <span className={styles.keyOver}>{t("closes.over")}</span>
        <span className={styles.keyShort}>{t("closes.short")}</span>
        <span className={styles.reading} aria-hidden>
          {read !== undefined && t("closes.reading", { what: read.name, over: formatSigned(read.overMinor), short: formatSigned(read.shortMinor), net: formatSigned(read.netMinor) })}
        </span>
      </figcaption>
      <div ref={ref}>
        <svg width="100%" height={height} aria-hidden onPointerLeave={() => setOver(null)}>
          <text x={LEFT - 12} y={12} textAnchor="end" className={styles.axis}>
            {currency}
          </text>
          {scale.ticks.map((tick) => (
            <g key={tick}>
              <line x1={LEFT} x2={LEFT + plotWidth} y1={y(tick)} y2={y(tick)} className={tick === 0 ? styles.base : styles.grid} />
              <text x={LEFT - 12} y={y(tick) + 5} textAnchor="end" className={styles.axis}>
                {formatDenomination(tick)}
              </text>
            </g>
          ))}
          {bars.map((bar, index) => (
            <g key={bar.key} onPointerEnter={() => setOver(bar.key)}>
              <rect x={LEFT + slot * index} y={TOP} width={slot} height={plotHeight + BOTTOM} fill="transparent" />
              <rect x={middle(index) - barWidth / 2} y={y(0) - high(bar.overMinor)} width={barWidth} height={high(bar.overMinor)} className={styles.over} data-over={over === bar.key} />
              <rect x={middle(index) - barWidth / 2} y={y(0)} width={barWidth} height={high(bar.shortMinor)} className={styles.short} data-over={over === bar.key} />
              {index % labelled === 0 && (
                <text x={middle(index)} y={height - 8} textAnchor="middle" className={styles.axis}>
                  {bar.label}
                </text>
              )}
            </g>
          ))}
        </svg>
      </div>
      <VisuallyHidden>
        <table>
          <caption>{title}</caption>
          <thead>
            <tr>
              <th>{axis}</th>
              <th>{t("closes.over")}</th>
              <th>{t("closes.short")}</th>
              <th>{t("closes.net")}</th>
            </tr>
          </thead>
          <tbody>
            {bars.map((bar) => (
              <tr key={bar.key}>
                <th>{bar.name}</th>
                <td>{formatAmount(bar.overMinor)}</td>
                <td>{formatAmount(bar.shortMinor)}</td>
                <td>{formatAmount(bar.netMinor)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}
