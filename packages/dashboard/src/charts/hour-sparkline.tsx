import type { ReactNode } from 'react';
import { useNow } from '../parts/use-now.ts';
import { formatCount } from '../text/format.ts';
import { Bars } from './bars.tsx';
import { hourCounts, type MinuteCount } from './hour-counts.ts';

interface HourSparklineProps {
  /** What is counted: `outcomes`. */
  readonly what: string;
  readonly minutes: readonly MinuteCount[];
}

/** The last hour, a bar a minute, with its sum. */
export function HourSparkline({ what, minutes }: HourSparklineProps): ReactNode {
  const nowMs = useNow();
  const counts = hourCounts(minutes, nowMs);
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <span className="hour">
      <Bars
        label={`${formatCount(total)} ${what} in the last hour`}
        counts={counts.map(({ atMs, count }) => ({ key: String(atMs), count }))}
        barWidth={1}
        gap={1}
        height={20}
      />
      <span className="number">{formatCount(total)}</span>
    </span>
  );
}
