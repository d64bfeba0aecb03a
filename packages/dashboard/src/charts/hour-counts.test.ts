import { expect, test } from 'vitest';
import { hourCounts } from './hour-counts.ts';

test('an hour has sixty minutes, those without anything too, and what several tell of one is added up', () => {
  const nowMs = 7_200_000 + 12_345;
  const minutes = [
    { atMs: 7_200_000, count: 3 },
    { atMs: 7_200_000, count: 2 },
    { atMs: 7_080_000, count: 1 },
    { atMs: 60_000, count: 9 },
  ];
  const counts = hourCounts(minutes, nowMs).map(({ count }) => count);
  expect(counts).toHaveLength(60);
  expect(counts.slice(-3)).toEqual([1, 0, 5]);
  expect(counts.slice(0, -3).every((count) => count === 0)).toBe(true);
});
