import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineConfig, MeanGuard } from '../engine/engine-config.ts';
import { createEngine } from '../engine/engine-state.ts';
import { foldTick } from '../engine/fold-tick.ts';
import type { MeanState } from '../engine/mean-score.ts';
import { readEngine } from '../engine/read-engine.ts';
import type { ArmPair, MeanSums, Tick } from '../engine/tick.ts';
import { meanIntervals } from './mean-intervals.ts';

/** Each run folds ticks and turns the test round: a hundred would take seconds. */
const RUNS = { numRuns: 40 };

interface Arm {
  readonly units: number;
  readonly mean: number;
  readonly deviation: number;
}

const arm: fc.Arbitrary<Arm> = fc.record({
  units: fc.integer({ min: 0, max: 5_000 }),
  mean: fc.double({ min: 0.1, max: 20, noNaN: true }),
  deviation: fc.double({ min: 0.01, max: 50, noNaN: true }),
});
const ticks = fc.array(fc.record({ control: arm, treatment: arm }), { minLength: 1, maxLength: 5 });
const harm = fc.constantFrom('up' as const, 'down' as const);

function tickOf({ control, treatment }: ArmPair<Arm>, scale: number): Tick {
  const sums = ({ units, mean, deviation }: Arm): MeanSums => ({
    kind: 'mean',
    units,
    sum: units * mean * scale,
    sumSquares: units * (mean ** 2 + deviation ** 2) * scale ** 2,
  });
  const units = { control: control.units, treatment: treatment.units };
  const guards = { revenue: { control: sums(control), treatment: sums(treatment) } };
  return { stageIndex: 0, strata: [{ stageIndex: 0, treatmentShare: 0.5, units, guards }] };
}

function judge(ticks: readonly ArmPair<Arm>[], of: { harm: 'up' | 'down'; scale?: number; alpha?: number }) {
  const guard: MeanGuard = { key: 'revenue', kind: 'mean', harm: of.harm, minUnits: 100 };
  const config: EngineConfig = { stageCount: 1, guards: [guard] };
  const state = ticks.reduce(
    (state, tick) => foldTick(config, state, tickOf(tick, of.scale ?? 1)),
    createEngine(config),
  );
  const { alpha = 0.05 } = of;
  const [reading] = readEngine(config, state, { alpha, weights: { revenue: 1 } }).guards;
  const isHarmShown = reading?.kills === true;
  // The guard is of this kind, so its state is.
  const intervals = meanIntervals(state.guards[0] as MeanState, guard, {
    harm: of.harm,
    logThreshold: -Math.log(alpha),
    isHarmShown,
  });
  return { isHarmShown, ...intervals };
}

test('difference and ratio leave out "no harm" exactly when the guard kills, in order, and hold their estimates', () => {
  fc.assert(
    fc.property(ticks, harm, (ticks, harm) => {
      const { difference, ratio, isHarmShown } = judge(ticks, { harm });
      const leavesOut = ({ low, high }: { low: number | null; high: number | null }, noHarm: number) =>
        harm === 'up' ? low !== null && low >= noHarm : high !== null && high <= noHarm;
      expect(leavesOut(difference, 0)).toBe(isHarmShown);
      if (ratio.estimate !== null) expect(leavesOut(ratio, 1)).toBe(isHarmShown);
      for (const { estimate, low, high } of [difference, ratio]) {
        if (estimate === null) continue;
        const slack = 1e-9 * Math.abs(estimate);
        expect(estimate).toBeGreaterThanOrEqual((low ?? Number.NEGATIVE_INFINITY) - slack);
        expect(estimate).toBeLessThanOrEqual((high ?? Number.POSITIVE_INFINITY) + slack);
      }
    }),
    RUNS,
  );
});

test('the unit of the value does not matter', () => {
  fc.assert(
    fc.property(ticks, harm, fc.constantFrom(1e-6, 100, 1e9), (ticks, harm, scale) => {
      const [plain, scaled] = [judge(ticks, { harm }), judge(ticks, { harm, scale })];
      for (const bound of ['estimate', 'low', 'high'] as const) {
        const [one, other] = [plain.difference[bound], scaled.difference[bound]];
        if (one === null || other === null) expect(other).toBe(one);
        else expect(Math.abs(other / scale - one)).toBeLessThanOrEqual(1e-5 * Math.max(Math.abs(one), 1e-3));
        const [ratio, scaledRatio] = [plain.ratio[bound], scaled.ratio[bound]];
        if (ratio === null || scaledRatio === null) expect(scaledRatio).toBe(ratio);
        else expect(Math.abs(scaledRatio - ratio)).toBeLessThanOrEqual(1e-4 * Math.max(1, Math.abs(ratio)));
      }
    }),
    RUNS,
  );
});

test('every bound is finite or open, and they are in order, at any scale', () => {
  fc.assert(
    fc.property(ticks, harm, fc.constantFrom(1e-160, 1e-80, 1, 1e80, 1e150), (ticks, harm, scale) => {
      const { difference, ratio } = judge(ticks, { harm, scale });
      for (const interval of [difference, ratio]) {
        for (const value of Object.values(interval)) expect(value === null || Number.isFinite(value)).toBe(true);
        const { low, high } = interval;
        if (low !== null && high !== null) expect(low).toBeLessThanOrEqual(high);
      }
    }),
    RUNS,
  );
});

test('a smaller alpha gives a wider interval', () => {
  fc.assert(
    fc.property(ticks, harm, (ticks, harm) => {
      const [narrow, wide] = [judge(ticks, { harm }), judge(ticks, { harm, alpha: 0.005 })];
      if (narrow.difference.low === null || narrow.difference.high === null) return;
      expect(wide.difference.low ?? Number.NEGATIVE_INFINITY).toBeLessThanOrEqual(narrow.difference.low);
      expect(wide.difference.high ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(narrow.difference.high);
    }),
    RUNS,
  );
});

test('before both arms have enough units nothing is said', () => {
  const few = { units: 99, mean: 1, deviation: 1 };
  const { difference, ratio } = judge([{ control: { ...few, units: 5_000 }, treatment: few }], { harm: 'up' });
  expect([difference, ratio]).toEqual([
    { estimate: null, low: null, high: null },
    { estimate: null, low: null, high: null },
  ]);
});
