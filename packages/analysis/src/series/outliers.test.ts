import { expect, test } from 'vitest';
import { findOutliers, withoutNaN, withoutOutliers } from './outliers.ts';

test('one far point among many is found by quartiles and by deviations', () => {
  const points = [...Array.from({ length: 20 }, (_, index) => index % 3), 50];
  expect(findOutliers(points, { kind: 'quartiles', factor: 3 })).toEqual([20]);
  expect(withoutOutliers(points, { kind: 'deviations', factor: 3 })).toEqual(points.slice(0, 20));
});

test('nothing stands out of nothing', () => {
  expect(findOutliers([], { kind: 'deviations', factor: 3 })).toEqual([]);
});

test('a missing point is left out, or taken for zero', () => {
  expect(withoutNaN([1, Number.NaN], 'remove')).toEqual([1]);
  expect(withoutNaN([1, Number.NaN], 'zero')).toEqual([1, 0]);
});
