import { USAGE_DAYS_MAX } from '@tidegate/protocol';

/**
 * Counts per day (UTC) of the last `USAGE_DAYS_MAX`, one number each: the last of `counts` is that of `lastDay`. A day
 * is a number since 1970: counts are for people who ask "is this still used", so a day is as fine as they get.
 */
export interface DailyCounts {
  readonly lastDay: number;
  readonly counts: readonly number[];
}

export interface OpenDailyCounts extends DailyCounts {
  lastDay: number;
  readonly counts: number[];
}

const DAY_MS = 86_400_000;

export function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

/** In place. What is older than the days that are kept is not counted. */
export function addToDay(days: OpenDailyCounts, day: number, count: number): void {
  const { counts } = days;
  if (day > days.lastDay) {
    const missing = Math.min(day - days.lastDay, USAGE_DAYS_MAX);
    for (let added = 0; added < missing; added += 1) counts.push(0);
    if (counts.length > USAGE_DAYS_MAX) counts.splice(0, counts.length - USAGE_DAYS_MAX);
    days.lastDay = day;
  }
  const behind = days.lastDay - day;
  if (behind >= USAGE_DAYS_MAX) return;
  // Records come nearly in order: another node's may be of the day before.
  while (counts.length <= behind) counts.unshift(0);
  const index = counts.length - 1 - behind;
  counts[index] = (counts[index] ?? 0) + count;
}

/** The days that had any, oldest first, as of now: nothing may have come for weeks. */
export function datesOf({ lastDay, counts }: DailyCounts, nowMs: number): { date: string; count: number }[] {
  const firstKept = dayOf(nowMs) - USAGE_DAYS_MAX + 1;
  return counts.flatMap((count, index) => {
    const day = lastDay - (counts.length - 1 - index);
    return count === 0 || day < firstKept ? [] : [{ date: new Date(day * DAY_MS).toISOString().slice(0, 10), count }];
  });
}
