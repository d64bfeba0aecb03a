import type { FlagUsageView } from '@tidegate/protocol/types';

const DAY_MS = 86_400_000;

export interface DayCount {
  /** As 2026-03-01, in UTC. */
  readonly date: string;
  readonly count: number;
}

/** Evaluations of the last days, all variations together; a day without any is 0. */
export function dayCounts(usage: Pick<FlagUsageView, 'variations'>, dayCount: number, nowMs: number): DayCount[] {
  const counts = new Map<string, number>();
  for (const { days } of usage.variations) {
    for (const { date, count } of days) counts.set(date, (counts.get(date) ?? 0) + count);
  }
  return Array.from({ length: dayCount }, (_, index) => {
    const date = new Date(nowMs - (dayCount - 1 - index) * DAY_MS).toISOString().slice(0, 10);
    return { date, count: counts.get(date) ?? 0 };
  });
}

/** Heights of bars up to `height`: 1 where there was nothing, and at least 3 where there was anything. */
export function barHeights(days: readonly Pick<DayCount, 'count'>[], height: number): number[] {
  const most = Math.max(1, ...days.map(({ count }) => count));
  return days.map(({ count }) => (count === 0 ? 1 : Math.max(3, (count / most) * height)));
}
