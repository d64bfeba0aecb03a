import { expect, test } from 'vitest';
import { barHeights, dayCounts } from './day-counts.ts';

const nowMs = Date.UTC(2026, 2, 3, 12);
const variation = { firstAtMs: 0, lastAtMs: 0 };

test('evaluations are added up by day over all variations, and days without any are shown', () => {
  const variations = [
    {
      ...variation,
      variation: 'on',
      days: [
        { date: '2026-03-01', count: 4 },
        { date: '2026-03-03', count: 1 },
      ],
    },
    { ...variation, variation: 'off', days: [{ date: '2026-03-01', count: 2 }] },
  ];
  expect(dayCounts({ variations }, 3, nowMs)).toEqual([
    { date: '2026-03-01', count: 6 },
    { date: '2026-03-02', count: 0 },
    { date: '2026-03-03', count: 1 },
  ]);
});

test('one evaluation among many can still be seen', () => {
  const days = [
    { date: 'a', count: 1_000_000 },
    { date: 'b', count: 1 },
    { date: 'c', count: 0 },
  ];
  expect(barHeights(days, 20)).toEqual([20, 3, 1]);
});
