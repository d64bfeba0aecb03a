import type { ReactNode } from 'react';
import { barHeights } from './day-counts.ts';

interface BarsProps {
  readonly label: string;
  readonly counts: readonly { readonly key: string; readonly count: number }[];
  /** In CSS pixels, as all that follows. */
  readonly barWidth: number;
  readonly gap: number;
  readonly height: number;
}

/** Counts as small bars; the label says their sum to whoever does not see them. */
export function Bars({ label, counts, barWidth, gap, height }: BarsProps): ReactNode {
  const step = barWidth + gap;
  return (
    <svg
      className="sparkline"
      width={counts.length * step}
      height={height}
      viewBox={`0 0 ${counts.length * step} ${height}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {barHeights(counts, height).map((tall, index) => (
        <rect
          key={counts[index]?.key}
          className={tall > 1 ? 'bar-on' : 'bar-off'}
          x={index * step}
          y={height - tall}
          width={barWidth}
          height={tall}
          rx={1}
        />
      ))}
    </svg>
  );
}
