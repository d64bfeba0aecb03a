import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EvidenceSummary } from '../../evidence/summary.ts';
import type { EngineConfig } from '../engine/engine-config.ts';
import { createEngine } from '../engine/engine-state.ts';
import { foldTick } from '../engine/fold-tick.ts';
import { readEngine } from '../engine/read-engine.ts';
import type { ArmPair, GuardSums, Tick } from '../engine/tick.ts';
import { guardIntervals, summaryIntervals } from './summary-intervals.ts';

const config: EngineConfig = {
  stageCount: 1,
  guards: [
    { key: 'errors', kind: 'rate', law: 'design', harm: 'up' },
    { key: 'errors:limit', kind: 'limit', maxRate: 0.05 },
    { key: 'latency', kind: 'histogram', harm: 'up', binCount: 8 },
    { key: 'revenue', kind: 'mean', harm: 'down', minUnits: 100 },
  ],
};
const weights = { errors: 1, 'errors:limit': 1, latency: 1, revenue: 1 };

interface Arm {
  readonly units: number;
  readonly rate: number;
  readonly slow: number;
  readonly mean: number;
}

const arm: fc.Arbitrary<Arm> = fc.record({
  units: fc.integer({ min: 0, max: 20_000 }),
  rate: fc.double({ min: 0, max: 0.2, noNaN: true }),
  slow: fc.double({ min: 0, max: 0.5, noNaN: true }),
  mean: fc.double({ min: 1, max: 3, noNaN: true }),
});
const ticks = fc.array(fc.record({ control: arm, treatment: arm }), { minLength: 2, maxLength: 4 });

function sumsOf({ units, rate, slow, mean }: Arm) {
  const slowUnits = Math.round(units * slow);
  return {
    rate: { kind: 'rate', units, events: Math.round(units * rate) } as const,
    histogram: { kind: 'histogram', bins: { 2: units - slowUnits, 5: slowUnits } } as const,
    mean: { kind: 'mean', units, sum: units * mean, sumSquares: units * (mean * mean + 4) } as const,
  };
}

function tickOf({ control, treatment }: ArmPair<Arm>): Tick {
  const pair = (kind: keyof ReturnType<typeof sumsOf>): ArmPair<GuardSums> => ({
    control: sumsOf(control)[kind],
    treatment: sumsOf(treatment)[kind],
  });
  const units = { control: control.units, treatment: treatment.units };
  const guards = {
    errors: pair('rate'),
    'errors:limit': pair('rate'),
    latency: pair('histogram'),
    revenue: pair('mean'),
  };
  return { stageIndex: 0, strata: [{ stageIndex: 0, treatmentShare: 0.5, units, guards }] };
}

function summaryOf(arms: readonly ArmPair<Arm>[]): EvidenceSummary {
  const state = arms.reduce((state, arm) => foldTick(config, state, tickOf(arm)), createEngine(config));
  const total = (value: (arm: Arm) => number) => ({
    control: arms.reduce((sum, { control }) => sum + value(control), 0),
    treatment: arms.reduce((sum, { treatment }) => sum + value(treatment), 0),
  });
  const units = total(({ units }) => units);
  const errors = total((arm) => sumsOf(arm).rate.events);
  const slow = total((arm) => sumsOf(arm).histogram.bins[5]);
  const histogram = (side: 'control' | 'treatment') =>
    ({ kind: 'histogram', bins: { 2: units[side] - slow[side], 5: slow[side] } }) as const;
  return {
    rolloutId: 'r1',
    epoch: 1,
    guards: [
      { metric: 'errors', harm: 'up', limit: { maxRate: 0.05, units: units.treatment, events: errors.treatment } },
      { metric: 'latency', harm: 'up', sums: { control: histogram('control'), treatment: histogram('treatment') } },
      { metric: 'revenue', harm: 'down' },
    ],
    strata: [{ stageIndex: 0, formerControlOf: null, treatmentShare: 0.5, units, events: { errors } }],
    crossoverCount: 0,
    unmatchedOutcomeCount: 0,
    waitingOutcomeCount: 0,
    browserUnitCount: 0,
    unitCount: units.control + units.treatment,
    lastExposureAtMs: null,
    newestRecordAtMs: 0,
    ticks: { config, state, pending: { stageIndex: 0, strata: [] } },
  };
}

test('every kind of guard has an interval that says what its verdict says', () => {
  fc.assert(
    fc.property(ticks, (arms) => {
      const summary = summaryOf(arms);
      const state = summary.ticks?.state ?? createEngine(config);
      const { guards } = readEngine(config, state, { alpha: 0.05, weights });
      const intervals = summaryIntervals(summary, guards);
      const isShown = (key: string) =>
        guards.some((one) => one.key === key && one.logEvidence >= (one.logThreshold ?? 0));
      expect(Object.keys(intervals)).toEqual(config.guards.map(({ key }) => key));
      const errors = intervals['errors'];
      expect(errors?.kind === 'effect' && (errors.ratio.low ?? 0) >= 1).toBe(isShown('errors'));
      const limit = intervals['errors:limit'];
      expect(limit?.kind === 'limit' && (limit.share.low ?? 0) >= 0.05).toBe(isShown('errors:limit'));
      const latency = intervals['latency'];
      expect(latency?.kind === 'distribution' && (latency.excess.low ?? -1) >= 0).toBe(isShown('latency'));
      const revenue = intervals['revenue'];
      expect(revenue?.kind === 'effect' && (revenue.difference.high ?? 1) <= 0).toBe(isShown('revenue'));
    }),
  );
});

test('a guard without weight has no verdict, and none is shown beside it', () => {
  const { guards } = readEngine(config, createEngine(config), { alpha: 0.05, weights: { errors: 1 } });
  expect(Object.keys(summaryIntervals(summaryOf(few), guards))).toEqual(['errors']);
});

test('what was stored before there were ticks is of rates', () => {
  const { ticks: _, ...untold } = summaryOf(few);
  const verdict = { logThreshold: 3, isHarmShown: false };
  expect(guardIntervals('errors', untold, verdict)).toEqual(guardIntervals('errors', summaryOf(few), verdict));
  expect(guardIntervals('unknown', untold, verdict)).toBeNull();
});

const quiet: Arm = { units: 1_000, rate: 0.01, slow: 0.1, mean: 1 };
const few: readonly ArmPair<Arm>[] = [{ control: quiet, treatment: { ...quiet, rate: 0.02 } }];
