import { expect, test } from 'vitest';
import {
  kolmogorovTail,
  lnNormalCdf,
  normalCdf,
  normalQuantile,
  normalTail,
  studentTCritical,
  studentTOutside,
} from './special-functions.ts';

test('a tail of twelve deviations keeps its digits', () => {
  expect(normalTail(12) / 1.77648211207768e-33).toBeCloseTo(1, 11);
});

test('the quantile turns the distribution round', () => {
  for (const p of [1e-20, 0.001, 0.5, 0.9]) expect(normalCdf(normalQuantile(p)) / p).toBeCloseTo(1, 12);
});

test('both ways to the logarithm of a normal tail meet', () => {
  expect(lnNormalCdf(-30 - 1e-9) / lnNormalCdf(-30 + 1e-9)).toBeCloseTo(1, 9);
});

test("both forms of Student's tail meet, and the critical value turns them round", () => {
  expect(studentTOutside(Math.sqrt(7) - 1e-9, 7)).toBeCloseTo(studentTOutside(Math.sqrt(7) + 1e-9, 7), 8);
  for (const outside of [1e-6, 0.05, 0.8]) {
    expect(studentTOutside(studentTCritical(outside, 7.3), 7.3) / outside).toBeCloseTo(1, 10);
  }
});

test('both series of the Kolmogorov law meet', () => {
  expect(kolmogorovTail(1 - 1e-9)).toBeCloseTo(kolmogorovTail(1), 8);
});
