import { USAGE_DAYS_MAX } from '@tidegate/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addToDay, datesOf, type OpenDailyCounts } from './daily-counts.ts';

const DAY_MS = 86_400_000;

function countsOf(adds: readonly (readonly [day: number, count: number])[]): OpenDailyCounts {
  const days: OpenDailyCounts = { lastDay: adds[0]?.[0] ?? 0, counts: [] };
  for (const [day, count] of adds) addToDay(days, day, count);
  return days;
}

test('days are told by their date, without those that had none', () => {
  const days = countsOf([
    [20_000, 3],
    [20_002, 1],
    [20_000, 4],
  ]);
  expect(datesOf(days, 20_002 * DAY_MS)).toEqual([
    { date: '2024-10-04', count: 7 },
    { date: '2024-10-06', count: 1 },
  ]);
});

test('days that are over long ago are not told, though nothing came since', () => {
  const days = countsOf([
    [20_000, 3],
    [20_001, 1],
  ]);
  expect(datesOf(days, (20_000 + USAGE_DAYS_MAX) * DAY_MS)).toEqual([{ date: '2024-10-05', count: 1 }]);
  expect(datesOf(days, (20_001 + USAGE_DAYS_MAX) * DAY_MS)).toEqual([]);
});

test('in whatever order they come, counts are those of a list by day, and no more days than are kept', () => {
  const add = fc.tuple(fc.integer({ min: 0, max: 3 * USAGE_DAYS_MAX }), fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(fc.array(add, { minLength: 1, maxLength: 60 }), (adds) => {
      const days = countsOf(adds);
      const expected = new Map<number, number>();
      let newest = 0;
      for (const [day, count] of adds) {
        newest = Math.max(newest, day);
        if (day > newest - USAGE_DAYS_MAX) expected.set(day, (expected.get(day) ?? 0) + count);
      }
      const kept = [...expected].filter(([day]) => day > newest - USAGE_DAYS_MAX).sort(([a], [b]) => a - b);
      expect(days.counts.length).toBeLessThanOrEqual(USAGE_DAYS_MAX);
      expect(datesOf(days, newest * DAY_MS).map(({ count }) => count)).toEqual(kept.map(([, count]) => count));
    }),
  );
});
