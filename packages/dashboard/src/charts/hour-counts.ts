const MINUTE_MS = 60_000;
const MINUTES = 60;

export interface MinuteCount {
  readonly atMs: number;
  readonly count: number;
}

/** The last sixty minutes, oldest first; a minute without any is 0. The last one is not over yet. */
export function hourCounts(minutes: readonly MinuteCount[], nowMs: number): readonly MinuteCount[] {
  const counts = new Map<number, number>();
  for (const { atMs, count } of minutes) counts.set(atMs, (counts.get(atMs) ?? 0) + count);
  const lastMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: MINUTES }, (_, index) => {
    const atMs = lastMs - (MINUTES - 1 - index) * MINUTE_MS;
    return { atMs, count: counts.get(atMs) ?? 0 };
  });
}
