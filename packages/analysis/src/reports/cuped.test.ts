import { expect, test } from 'vitest';
import { type CovariateSums, cuped } from './cuped.ts';

/** Units whose y is twice x, plus an effect, plus what x does not tell. */
function armOf(rows: readonly { readonly x: number; readonly noise: number }[], effect: number): CovariateSums {
  const pairs = rows.map(({ x, noise }) => ({ x, y: 2 * x + noise + effect }));
  const sum = (value: (pair: { x: number; y: number }) => number) =>
    pairs.reduce((total, pair) => total + value(pair), 0);
  return {
    units: pairs.length,
    sumX: sum(({ x }) => x),
    sumY: sum(({ y }) => y),
    sumXX: sum(({ x }) => x * x),
    sumYY: sum(({ y }) => y * y),
    sumXY: sum(({ x, y }) => x * y),
  };
}

const rows = [0, 5, 9, 14].flatMap((x) => [-0.1, 0.1].map((noise) => ({ x, noise })));

test('what was known before is taken off, and only the rest blurs the effect', () => {
  const report = cuped(armOf(rows, 0), armOf(rows.slice(2), 1), 0.95);
  expect(report?.slope).toBeCloseTo(2, 12);
  expect(report?.difference).toBeCloseTo(1, 12);
  expect(report?.rawDifference).toBeGreaterThan(4);
  expect(report?.standardError).toBeLessThan(0.1);
});

test('a covariate that never differs changes nothing', () => {
  const constant = [1, 1, 1].map((x, index) => ({ x, noise: index }));
  const report = cuped(armOf(constant, 0), armOf(constant, 1), 0.95);
  expect(report?.slope).toBe(0);
  expect(report?.difference).toBe(report?.rawDifference);
});

test('one unit shows nothing', () => {
  expect(cuped(armOf(rows, 0), armOf(rows.slice(0, 1), 1), 0.95)).toBeNull();
});
