import { expect, test } from 'vitest';
import { judgementWindow } from './judgement-window.ts';

const rule = { intervalMs: 5, beginAfterMs: 4, controlOffsetMs: 0 };

test('windows grow from the end of the warm-up on', () => {
  expect([1, 3].map((n) => judgementWindow(rule, n).treatment)).toEqual([
    { fromMs: 4, toMs: 9 },
    { fromMs: 4, toMs: 19 },
  ]);
});

test('windows that slide never reach into the warm-up', () => {
  const sliding = { ...rule, lookbackMs: 8 };
  expect([1, 2].map((n) => judgementWindow(sliding, n).treatment)).toEqual([
    { fromMs: 4, toMs: 9 },
    { fromMs: 6, toMs: 14 },
  ]);
});

test('an earlier control is as long as what it is compared with', () => {
  expect(judgementWindow({ ...rule, controlOffsetMs: 10 }, 1).control).toEqual({ fromMs: -6, toMs: -1 });
});
