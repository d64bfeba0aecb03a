import { expect, test } from 'vitest';
import { manualClock } from './manual-clock.ts';

test('a manual clock stands still until it is moved', () => {
  const clock = manualClock(1_000);
  expect(clock.nowMs()).toBe(1_000);
  clock.advance(250);
  expect(clock.nowMs()).toBe(1_250);
});

test('a manual clock never goes back', () => {
  expect(() => manualClock(0).advance(-1)).toThrow(RangeError);
  expect(() => manualClock(0).advance(Number.NaN)).toThrow(RangeError);
});
