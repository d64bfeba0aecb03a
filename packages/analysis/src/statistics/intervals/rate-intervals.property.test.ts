import fc from 'fast-check';
import { expect, test } from 'vitest';
import { logEvidenceAgainst, ratiosOf } from '../label-betting.ts';
import { type RateStratum, rateIntervals } from './rate-intervals.ts';

const stratum: fc.Arbitrary<RateStratum> = fc
  .record({
    treatmentShare: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
    units: fc.record({ control: fc.nat({ max: 1e7 }), treatment: fc.nat({ max: 1e7 }) }),
    rate: fc.record({
      control: fc.double({ min: 0, max: 1, noNaN: true }),
      treatment: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  })
  .map(({ treatmentShare, units, rate }) => ({
    treatmentShare,
    units,
    events: {
      control: Math.round(units.control * rate.control ** 3),
      treatment: Math.round(units.treatment * rate.treatment ** 3),
    },
  }));
const strata = fc.array(stratum, { maxLength: 4 });
const asked = fc.record({
  harm: fc.constantFrom('up' as const, 'down' as const),
  logThreshold: fc.double({ min: 0.1, max: 15, noNaN: true }),
  factor: fc.constantFrom(1, 1.02, 1.5),
});

/** The verdict that the sums alone give. */
function verdictOn(strata: readonly RateStratum[], of: { harm: 'up' | 'down'; logThreshold: number; factor: number }) {
  const tolerance = of.harm === 'up' ? of.factor : 1 / of.factor;
  const labels = strata.map(({ treatmentShare, events }) => ({ treatmentShare, ...events }));
  const isHarmShown = logEvidenceAgainst(labels, tolerance, ratiosOf(of.harm)) >= of.logThreshold;
  return { harm: of.harm, logThreshold: of.logThreshold, tolerance, isHarmShown };
}

test('ratio and difference say what the verdict says, in order, and hold their estimates', () => {
  fc.assert(
    fc.property(strata, asked, (strata, asked) => {
      const verdict = verdictOn(strata, asked);
      const { ratio, difference } = rateIntervals(strata, verdict);
      const { low, high } = ratio;
      const leavesOut =
        asked.harm === 'up' ? low !== null && low >= verdict.tolerance : high !== null && high <= verdict.tolerance;
      expect(leavesOut).toBe(verdict.isHarmShown);
      if (verdict.tolerance === 1 && asked.harm === 'up') expect((difference.low ?? -1) >= 0).toBe(verdict.isHarmShown);
      if (verdict.tolerance === 1 && asked.harm === 'down') {
        expect((difference.high ?? 1) <= 0).toBe(verdict.isHarmShown);
      }
      for (const { estimate, low, high } of [ratio, difference]) {
        for (const value of [estimate, low, high]) expect(value === null || Number.isFinite(value)).toBe(true);
        const slack = 1e-4 * Math.max(1, Math.abs(estimate ?? 0));
        expect((low ?? Number.NEGATIVE_INFINITY) <= (high ?? Number.POSITIVE_INFINITY)).toBe(true);
        if (estimate === null) continue;
        expect(estimate).toBeGreaterThanOrEqual((low ?? Number.NEGATIVE_INFINITY) - slack);
        expect(estimate).toBeLessThanOrEqual((high ?? Number.POSITIVE_INFINITY) + slack);
      }
    }),
  );
});

test('a smaller alpha gives a wider interval', () => {
  fc.assert(
    fc.property(strata, asked, (strata, asked) => {
      const narrow = rateIntervals(strata, verdictOn(strata, asked));
      const wide = rateIntervals(strata, verdictOn(strata, { ...asked, logThreshold: asked.logThreshold + 1 }));
      for (const kind of ['ratio', 'difference'] as const) {
        const { low, high } = narrow[kind];
        if (low !== null) expect(wide[kind].low ?? low).toBeLessThanOrEqual(low + 1e-4 * Math.abs(low));
        if (high !== null) expect(wide[kind].high ?? high).toBeGreaterThanOrEqual(high - 1e-4 * Math.abs(high));
      }
    }),
  );
});

test('a verdict that restarts brought ahead of the sums is believed', () => {
  const strata = [
    { treatmentShare: 0.5, units: { control: 1_000, treatment: 1_000 }, events: { control: 10, treatment: 14 } },
  ];
  const { ratio, difference } = rateIntervals(strata, { harm: 'up', logThreshold: 3, isHarmShown: true });
  expect(ratio.low).toBe(1);
  expect(difference.low).toBe(0);
});
