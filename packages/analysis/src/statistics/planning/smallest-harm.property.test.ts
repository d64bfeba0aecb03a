import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Baseline, effectOfRatio } from './baseline.ts';
import { forecastKill } from './kill-forecast.ts';
import { smallestHarm } from './smallest-harm.ts';

const baseline: fc.Arbitrary<Baseline> = fc.oneof(
  fc.record({ kind: fc.constant('rate' as const), rate: fc.double({ min: 1e-4, max: 0.5, noNaN: true }) }),
  fc.record({ kind: fc.constant('count' as const), mean: fc.double({ min: 1e-4, max: 10, noNaN: true }) }),
  fc.constant({ kind: 'histogram' as const, bins: [500, 300, 100, 60, 30, 10] }),
  fc.record({
    kind: fc.constant('mean' as const),
    mean: fc.double({ min: 1, max: 100, noNaN: true }),
    variance: fc.double({ min: 1, max: 1e4, noNaN: true }),
  }),
);
const plan = fc.record({
  harm: fc.constantFrom('up' as const, 'down' as const),
  alpha: fc.double({ min: 0.001, max: 0.2, noNaN: true }),
  treatmentShare: fc.double({ min: 0.01, max: 0.9, noNaN: true }),
  units: fc.integer({ min: 10, max: 1e8 }),
});

test('the mildest harm that is shown is killed with exactly these units', () => {
  fc.assert(
    fc.property(baseline, plan, (baseline, of) => {
      const ratio = smallestHarm(baseline, of);
      if (ratio === null) return;
      expect(of.harm === 'up' ? ratio > 1 : ratio < 1).toBe(true);
      const stages = [{ treatmentShare: of.treatmentShare, unitsPerMinute: 1, minutes: Number.POSITIVE_INFINITY }];
      const kill = forecastKill(effectOfRatio(baseline, ratio), { alpha: of.alpha, stages });
      expect(kill?.units).toBeLessThanOrEqual(of.units);
      const milder = forecastKill(effectOfRatio(baseline, 1 + (ratio - 1) * 0.9), { alpha: of.alpha, stages });
      expect(milder?.units ?? Number.POSITIVE_INFINITY).toBeGreaterThan(of.units);
    }),
  );
});

test('more units show milder harm, and so does a larger alpha', () => {
  fc.assert(
    fc.property(baseline, plan, (baseline, of) => {
      const sizeOf = (ratio: number | null) => (ratio === null ? Number.POSITIVE_INFINITY : Math.abs(Math.log(ratio)));
      const size = sizeOf(smallestHarm(baseline, of));
      expect(sizeOf(smallestHarm(baseline, { ...of, units: of.units * 2 }))).toBeLessThanOrEqual(size + 1e-3);
      expect(sizeOf(smallestHarm(baseline, { ...of, alpha: of.alpha * 2 }))).toBeLessThanOrEqual(size + 1e-3);
    }),
  );
});
