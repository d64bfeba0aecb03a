import { expect, test } from 'vitest';
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts';

test('of 20 orders of three and three units, one has all of treatment above', () => {
  const { distance, exact } = kolmogorovSmirnov([1, 2, 3], [4, 5, 6]);
  expect(distance).toEqual({ greater: 1, less: 0, twoSided: 1 });
  expect(exact?.greater).toBeCloseTo(1 / 20, 14);
  expect(exact?.twoSided).toBeCloseTo(2 / 20, 14);
});

test('two arms apart have an exact p far below the rounding of one', () => {
  const low = Array.from({ length: 100 }, (_, index) => index);
  const { exact } = kolmogorovSmirnov(
    low,
    low.map((value) => value + 100),
  );
  // One order in 200 over 100.
  expect(Math.log(exact?.greater ?? Number.NaN)).toBeCloseTo(-135.7535, 3);
});

test('the approximation approaches the exact p as units are added', () => {
  const control = Array.from({ length: 900 }, (_, index) => index);
  const { exact, approximate } = kolmogorovSmirnov(
    control,
    control.map((value) => value + 45.5),
  );
  expect(approximate.twoSided / (exact?.twoSided ?? Number.NaN)).toBeCloseTo(1, 1);
});

test('equal values are one step, not several', () => {
  expect(kolmogorovSmirnov([1, 1, 1], [1, 1]).distance).toEqual({ greater: 0, less: 0, twoSided: 0 });
});
