import type { ReactNode } from 'react';
import { formatCount } from '../text/format.ts';
import { barHeights, type DayCount } from './day-counts.ts';

const HEIGHT = 22;
const BAR = 5;
const STEP = 7;

/** Evaluations per day as bars; the words beside it say the sum to whoever does not see them. */
export function Sparkline({ days }: { readonly days: readonly DayCount[] }): ReactNode {
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const label = `${formatCount(total)} evaluations in ${days.length} days`;
  return (
    <svg
      className="sparkline"
      width={days.length * STEP}
      height={HEIGHT}
      viewBox={`0 0 ${days.length * STEP} ${HEIGHT}`}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {barHeights(days, HEIGHT).map((height, index) => (
        <rect
          key={days[index]?.date}
          className={height > 1 ? 'bar-on' : 'bar-off'}
          x={index * STEP}
          y={HEIGHT - height}
          width={BAR}
          height={height}
          rx={1}
        />
      ))}
    </svg>
  );
}
