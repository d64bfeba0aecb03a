import type { ReactNode } from 'react';
import { formatCount } from '../text/format.ts';
import { Bars } from './bars.tsx';
import type { DayCount } from './day-counts.ts';

const HEIGHT = 22;
const BAR = 5;

/** Evaluations per day as bars; the words beside it say the sum to whoever does not see them. */
export function Sparkline({ days }: { readonly days: readonly DayCount[] }): ReactNode {
  const total = days.reduce((sum, { count }) => sum + count, 0);
  const label = `${formatCount(total)} evaluations in ${days.length} days`;
  const counts = days.map(({ date, count }) => ({ key: date, count }));
  return <Bars label={label} counts={counts} barWidth={BAR} gap={2} height={HEIGHT} />;
}
