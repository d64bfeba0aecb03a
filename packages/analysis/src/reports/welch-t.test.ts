import { expect, test } from 'vitest';
import { momentsOf, welchT } from './welch-t.ts';

test('moments keep their digits when the mean is large', () => {
  expect(momentsOf([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toEqual({ count: 4, mean: 1e9 + 10, variance: 30 });
});

test('with equal variances and counts the degrees of freedom are those of Student', () => {
  const arm = { count: 10, variance: 4 };
  const report = welchT({ ...arm, mean: 1 }, { ...arm, mean: 1 }, 0.95);
  expect(report.degrees).toBeCloseTo(18, 12);
  expect(report.p.twoSided).toBe(1);
  // 2.10092… is the 97.5 % quantile of t with 18 degrees of freedom in any table.
  expect(report.interval?.[1]).toBeCloseTo(2.10092204 * Math.sqrt(0.8), 7);
});

test('the interval ends at zero exactly when p is one minus its level', () => {
  const control = { count: 12, mean: 3, variance: 2 };
  const treatment = { count: 30, mean: 4, variance: 5 };
  const { p } = welchT(control, treatment, 0.95);
  expect(welchT(control, treatment, 1 - p.twoSided).interval?.[0]).toBeCloseTo(0, 12);
});

test('one unit, or no variance, shows nothing', () => {
  const nothing = { t: 0, p: { greater: 1, less: 1, twoSided: 1 }, interval: null };
  expect(welchT(momentsOf([1]), momentsOf([2, 3]), 0.95)).toMatchObject(nothing);
  expect(welchT(momentsOf([1, 1]), momentsOf([2, 2]), 0.95)).toMatchObject({ ...nothing, difference: 1 });
});
