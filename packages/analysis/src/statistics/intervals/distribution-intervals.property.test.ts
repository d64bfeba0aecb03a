import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distributionIntervals } from './distribution-intervals.ts';

const bins = fc.dictionary(fc.nat({ max: 9 }).map(String), fc.oneof(fc.nat({ max: 50 }), fc.nat({ max: 1e6 })), {
  maxKeys: 10,
});
const pair = fc.record({ control: bins, treatment: bins });
const verdict = fc.record({
  harm: fc.constantFrom('up' as const, 'down' as const),
  logThreshold: fc.double({ min: 0.1, max: 15, noNaN: true }),
  isHarmShown: fc.boolean(),
});

function sums(bins: Readonly<Record<string, number>>) {
  return { kind: 'histogram', bins } as const;
}

test('the excess is in order, within a share, and above nothing exactly when harm is shown', () => {
  fc.assert(
    fc.property(pair, verdict, ({ control, treatment }, verdict) => {
      const { excess } = distributionIntervals(
        { control: sums(control), treatment: sums(treatment) },
        { ...verdict, binCount: 10 },
      );
      const { low, high } = excess;
      expect((low ?? -1) >= 0).toBe(verdict.isHarmShown);
      expect(low ?? -1).toBeLessThanOrEqual(high ?? 1);
      expect(Math.abs(low ?? 0)).toBeLessThanOrEqual(1);
      expect(Math.abs(high ?? 0)).toBeLessThanOrEqual(1);
    }),
  );
});

test('harm in the other direction is the mirrored histogram', () => {
  const mirror = (bins: Readonly<Record<string, number>>) =>
    Object.fromEntries(Object.entries(bins).map(([bin, count]) => [9 - Number(bin), count]));
  fc.assert(
    fc.property(pair, verdict, ({ control, treatment }, verdict) => {
      const one = distributionIntervals(
        { control: sums(control), treatment: sums(treatment) },
        { ...verdict, binCount: 10 },
      );
      const other = distributionIntervals(
        { control: sums(mirror(control)), treatment: sums(mirror(treatment)) },
        { ...verdict, harm: verdict.harm === 'up' ? 'down' : 'up', binCount: 10 },
      );
      expect(other.excess.estimate ?? 0).toBeCloseTo(one.excess.estimate ?? 0, 9);
    }),
  );
});

test('a shift of a tenth of all observations is seen as one', () => {
  const control = { 3: 900_000, 5: 100_000 };
  const treatment = { 3: 800_000, 5: 200_000 };
  const { excess, quantiles } = distributionIntervals(
    { control: sums(control), treatment: sums(treatment) },
    { harm: 'up', logThreshold: 3, isHarmShown: true, binCount: 10 },
  );
  expect(excess.estimate).toBeCloseTo(0.1, 12);
  expect(excess.low).toBeGreaterThan(0.09);
  expect(excess.high).toBeLessThan(0.11);
  expect(quantiles.map(({ control, treatment }) => [control.bin, treatment.bin])).toEqual([
    [3, 3],
    [5, 5],
    [5, 5],
  ]);
});
