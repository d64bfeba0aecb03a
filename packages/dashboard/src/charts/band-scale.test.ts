import { expect, test } from 'vitest';
import { bandScale, formatFactor } from './band-scale.ts';

test('one is in the middle, and half is as far from it as twice', () => {
  const { at, high } = bandScale([1.9, 0.9]);
  expect(high).toBe(2.25);
  expect(at(1)).toBeCloseTo(0.5);
  expect(at(2) - 0.5).toBeCloseTo(0.5 - at(0.5));
});

test('what is beyond the axis stands at its end, and nothing at its beginning', () => {
  const { at } = bandScale([null, 1.01]);
  expect([at(0), at(1e9)]).toEqual([0, 1]);
});

test('a band that is far off gets a wider axis', () => {
  expect(bandScale([0.2, 1]).high).toBe(9);
  expect(bandScale([1_000]).high).toBe(100);
});

test.each([
  [1.25, '×1.25'],
  [0.6666, '×0.67'],
  [10, '×10'],
])('%d is told as %s', (ratio, words) => expect(formatFactor(ratio)).toBe(words));
