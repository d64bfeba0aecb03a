import { expect, test } from 'vitest';
import { informationBound } from './information-bound.ts';

test('no number of units shows harm where there is none', () => {
  expect(informationBound({ controlRate: 0.1, treatmentRate: 0.1, treatmentShare: 0.5, alpha: 0.05 })).toBe(Infinity);
  expect(informationBound({ controlRate: 0, treatmentRate: 0, treatmentShare: 0.5, alpha: 0.05 })).toBe(Infinity);
});

test('with hardly anybody treated, the treated units that are needed no longer depend on the share', () => {
  const treatedAt = (treatmentShare: number) =>
    treatmentShare * informationBound({ controlRate: 0.01, treatmentRate: 0.1, treatmentShare, alpha: 0.05 });
  // The limit is ln(20) over the divergence of the treated rate from the other.
  expect(treatedAt(1e-6)).toBeCloseTo(Math.log(20) / (0.1 * Math.log(10) + 0.9 * Math.log(0.9 / 0.99)), 2);
  expect(treatedAt(0.5)).toBeGreaterThan(2 * treatedAt(1e-6));
});
