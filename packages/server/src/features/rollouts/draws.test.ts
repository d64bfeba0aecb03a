import { expect, test } from 'vitest';
import { seededDraws } from './draws.ts';

const COUNT = 20_000;

/** Within five standard errors of the mean: once in a million seeds it would not be, and this seed is fixed. */
function expectLaw(draw: () => number, { mean, variance }: { mean: number; variance: number }): void {
  const drawn = Array.from({ length: COUNT }, draw);
  const average = drawn.reduce((sum, one) => sum + one, 0) / COUNT;
  const spread = drawn.reduce((sum, one) => sum + (one - average) ** 2, 0) / COUNT;
  expect(Math.abs(average - mean)).toBeLessThan(5 * Math.sqrt(variance / COUNT));
  expect(spread / variance).toBeGreaterThan(0.93);
  expect(spread / variance).toBeLessThan(1.07);
}

test.each([
  [20, 0.01],
  [200, 0.05],
  [2_000, 0.5],
])('of %i units with a chance of %d each, as many count as should', (n, p) => {
  const draws = seededDraws(11);
  expectLaw(() => draws.binomial(n, p), { mean: n * p, variance: n * p * (1 - p) });
});

test.each([0.3, 10, 400])('units that come at a mean of %d come at that mean', (mean) => {
  const draws = seededDraws(12);
  expectLaw(() => draws.poisson(mean), { mean, variance: mean });
});

test('values are normal, and their squares have the law that normal values give them', () => {
  const draws = seededDraws(13);
  expectLaw(() => draws.normal(), { mean: 0, variance: 1 });
  expectLaw(() => draws.gamma(7.5), { mean: 7.5, variance: 7.5 });
});

test('nobody counts where nobody came, and everybody where all do', () => {
  const draws = seededDraws(14);
  expect([draws.binomial(0, 0.3), draws.binomial(9, 0), draws.binomial(9, 1), draws.poisson(0)]).toEqual([0, 0, 9, 0]);
});
