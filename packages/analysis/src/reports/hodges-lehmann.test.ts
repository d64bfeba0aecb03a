import { expect, test } from 'vitest';
import { hodgesLehmann } from './hodges-lehmann.ts';

const control = [10, 20, 30, 40, 50, 60, 70, 80];

test('a shifted copy is found shifted by that much, whatever one unit does', () => {
  const shifted = control.map((value) => value + 7);
  expect(hodgesLehmann(control, shifted, 0.95)?.shift).toBe(7);
  expect(hodgesLehmann(control, [...shifted.slice(1), 1e9], 0.95)?.shift).toBeLessThan(30);
});

test('the interval grows with its level, and holds the shift', () => {
  const treatment = control.map((value) => value + 7);
  const [low, high] = hodgesLehmann(control, treatment, 0.9)?.interval ?? [];
  const [lower, higher] = hodgesLehmann(control, treatment, 0.99)?.interval ?? [];
  expect(low).toBeLessThan(7);
  expect(high).toBeGreaterThan(7);
  expect(lower).toBeLessThan(low ?? Number.NaN);
  expect(higher).toBeGreaterThan(high ?? Number.NaN);
});

test('two units in each arm have a shift, but no interval', () => {
  expect(hodgesLehmann([1, 2], [3, 4], 0.95)).toEqual({ validity: 'fixed-sample', shift: 2, interval: null });
});

test('an arm without units has no shift', () => {
  expect(hodgesLehmann([], [1], 0.95)).toBeNull();
});
