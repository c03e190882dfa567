import { VisuallyHidden } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useState } from "react";
import { formatAmount, formatDenomination, minorDigits } from "../format";
import { t } from "../messages/messages";
import styles from "./HourChart.module.css";
import { hoursShown, niceScale } from "./scale";

const LEFT = 72;
const RIGHT = 8;
const TOP = 24;
const BOTTOM = 40;
/** Room for the words of one hour, in px. */
const HOUR = 22;

type Props = { today: readonly number[]; weekBefore: readonly number[]; currency: string; height?: number };

/** Takings by hour as bars, over the line of the same weekday a week before; a table stands behind it. */
export function HourChart({ today, weekBefore, currency, height = 272 }: Props) {
  const { ref, width } = useElementSize();
  const [over, setOver] = useState<number | null>(null);
  const hours = hoursShown(today, weekBefore);
  const scale = niceScale(Math.max(0, ...today, ...weekBefore), 10 ** minorDigits());
  const plotWidth = Math.max(0, width - LEFT - RIGHT);
  const plotHeight = height - TOP - BOTTOM;
  const slot = plotWidth / hours.length;
  // On a phone not every hour has room for its number.
  const labelled = Math.max(1, Math.ceil(HOUR / Math.max(1, slot)));
  const y = (minor: number) => TOP + plotHeight * (1 - Math.max(0, minor) / scale.top);
  const middle = (index: number) => LEFT + slot * (index + 0.5);
  const line = hours.map((hour, index) => `${middle(index)},${y(weekBefore[hour] ?? 0)}`).join(" ");

  return (
    <figure className={styles.chart} data-testid="hour-chart">
      <figcaption className={styles.legend}>
        <strong>{t("reports.byHour")}</strong>
        <span className={styles.keyBar}>{t("reports.thisDay")}</span>
        <span className={styles.keyLine}>{t("reports.weekBefore")}</span>
        <span className={styles.reading} aria-hidden>
          {over !== null &&
            t("reports.reading", {
              from: `${over}:00`,
              to: `${over + 1}:00`,
              amount: formatAmount(today[over] ?? 0),
              before: formatAmount(weekBefore[over] ?? 0),
            })}
        </span>
      </figcaption>
      <div ref={ref}>
        <svg width="100%" height={height} aria-hidden onPointerLeave={() => setOver(null)}>
          <text x={0} y={12} className={styles.axis}>
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
          {hours.map((hour, index) => (
            <g key={hour} onPointerEnter={() => setOver(hour)}>
              <rect x={LEFT + slot * index} y={TOP} width={slot} height={plotHeight + BOTTOM} fill="transparent" />
              <rect
                x={middle(index) - slot * 0.3}
                y={y(today[hour] ?? 0)}
                width={slot * 0.6}
                height={Math.max(0, TOP + plotHeight - y(today[hour] ?? 0))}
                className={styles.bar}
                data-over={over === hour}
              />
              {index % labelled === 0 && (
                <text x={middle(index)} y={height - 20} textAnchor="middle" className={styles.axis}>
                  {hour}
                </text>
              )}
            </g>
          ))}
          <polyline points={line} className={styles.line} />
          {hours.map((hour, index) => (
            <circle key={hour} cx={middle(index)} cy={y(weekBefore[hour] ?? 0)} r={3} className={styles.dot} />
          ))}
          <text x={LEFT + plotWidth} y={height - 2} textAnchor="end" className={styles.axis}>
            {t("reports.hourAxis")}
          </text>
        </svg>
      </div>
      <VisuallyHidden>
        <table>
          <caption>{t("reports.byHour")}</caption>
          <thead>
            <tr>
              <th>{t("reports.hourAxis")}</th>
              <th>{t("reports.thisDay")}</th>
              <th>{t("reports.weekBefore")}</th>
            </tr>
          </thead>
          <tbody>
            {hours.map((hour) => (
              <tr key={hour}>
                <th>{`${hour}:00`}</th>
                <td>{formatAmount(today[hour] ?? 0)}</td>
                <td>{formatAmount(weekBefore[hour] ?? 0)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </VisuallyHidden>
    </figure>
  );
}
