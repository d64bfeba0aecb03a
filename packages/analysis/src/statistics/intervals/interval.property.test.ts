import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agreeWithVerdict } from './interval.ts';

const bound = fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true }));
const interval = fc
  .tuple(bound, bound)
  .filter(([low, high]) => low === null || high === null || low <= high)
  .map(([low, high]) => ({ low, high }));
const verdict = fc.record({
  harm: fc.constantFrom('up' as const, 'down' as const),
  isHarmShown: fc.boolean(),
  noHarm: fc.double({ min: -100, max: 100, noNaN: true }),
  resolution: fc.constant(1e-3),
});

test('an interval leaves out "no harm" on its harmful side exactly when harm is shown', () => {
  fc.assert(
    fc.property(interval, verdict, (interval, verdict) => {
      const { low, high } = agreeWithVerdict(interval, verdict);
      const { harm, noHarm } = verdict;
      const leavesOut = harm === 'up' ? low !== null && low >= noHarm : high !== null && high <= noHarm;
      expect(leavesOut).toBe(verdict.isHarmShown);
    }),
  );
});

test('its bounds stay in order, and one that agrees already stays as it is', () => {
  fc.assert(
    fc.property(interval, verdict, (interval, verdict) => {
      const agreed = agreeWithVerdict(interval, verdict);
      expect((agreed.low ?? Number.NEGATIVE_INFINITY) <= (agreed.high ?? Number.POSITIVE_INFINITY)).toBe(true);
      expect(agreeWithVerdict(agreed, verdict)).toEqual(agreed);
    }),
  );
});
