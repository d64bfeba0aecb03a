import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ArmPair, GuardSums, TickStratum } from '../statistics/engine/tick.ts';
import { reportStage } from './stage-report.ts';

function stageOf(guards: Readonly<Record<string, ArmPair<GuardSums>>>): TickStratum {
  return { stageIndex: 1, treatmentShare: 0.5, units: { control: 1_000, treatment: 1_000 }, guards };
}

const rate = (events: number) => ({ kind: 'rate', units: 1_000, events }) as const;
const latency = (slow: number) => ({ kind: 'histogram', bins: { 3: 1_000 - slow, 7: slow } }) as const;
const revenue = (sum: number) => ({ kind: 'mean', units: 1_000, sum, sumSquares: 50_000 }) as const;

test('each kind of guard gets the tests that suit it, and all say that they hold for one look', () => {
  const report = reportStage(
    stageOf({
      errors: { control: rate(10), treatment: rate(40) },
      latency: { control: latency(50), treatment: latency(60) },
      revenue: { control: revenue(5_000), treatment: revenue(4_900) },
    }),
    0.95,
  );
  expect(report.guards).toMatchObject({
    errors: {
      kind: 'rate',
      twoProportion: { validity: 'fixed-sample', difference: 0.03 },
      fisher: { validity: 'fixed-sample' },
      posterior: { validity: 'fixed-sample' },
    },
    latency: {
      kind: 'histogram',
      mannWhitney: { superiority: 0.505 },
      kolmogorovSmirnov: { validity: 'fixed-sample' },
    },
    revenue: { kind: 'mean', welch: { difference: expect.closeTo(-0.1, 9) } },
  });
  expect(report.sampleRatio?.p).toBe(1);
});

test('several guards raise the p of each', () => {
  const errors = { control: rate(10), treatment: rate(24) };
  const alone = reportStage(stageOf({ errors }), 0.95).guards['errors']?.adjustedP ?? 1;
  const others = { latency: { control: latency(50), treatment: latency(50) } };
  expect(reportStage(stageOf({ errors, ...others }), 0.95).guards['errors']?.adjustedP).toBeCloseTo(2 * alone, 12);
});

test('a histogram of single values is judged as the values are', () => {
  const control = { kind: 'histogram', bins: { 1: 1, 4: 1, 6: 1 } } as const;
  const treatment = { kind: 'histogram', bins: { 7: 1, 8: 1, 9: 1 } } as const;
  const { latency } = reportStage(stageOf({ latency: { control, treatment } }), 0.95).guards;
  expect(latency).toMatchObject({
    mannWhitney: { exact: { greater: expect.closeTo(1 / 20, 12) } },
    kolmogorovSmirnov: { distance: { greater: 1 } },
  });
});

const count = fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 5_000 }));
const sums: fc.Arbitrary<ArmPair<GuardSums>> = fc.oneof(
  pairOf(fc.record({ kind: fc.constant('rate' as const), units: count, events: count })),
  pairOf(
    fc.record({ kind: fc.constant('histogram' as const), bins: fc.dictionary(fc.nat({ max: 5 }).map(String), count) }),
  ),
  pairOf(fc.record({ kind: fc.constant('mean' as const), units: count, sum: count, sumSquares: count })),
  pairOf(
    fc.record({
      kind: fc.constant('ratio' as const),
      units: count,
      sumY: count,
      sumZ: count,
      sumYY: count,
      sumZZ: count,
      sumYZ: count,
    }),
  ),
);

function pairOf<T>(arm: fc.Arbitrary<T>): fc.Arbitrary<ArmPair<T>> {
  return fc.record({ control: arm, treatment: arm });
}

test('every number of a report is finite, whatever was measured', () => {
  const expectFinite = (value: unknown): void => {
    if (typeof value === 'number') expect(Number.isFinite(value)).toBe(true);
    else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) expectFinite(part);
  };
  fc.assert(
    fc.property(sums, (guard) => {
      expectFinite(reportStage(stageOf({ guard }), 0.95));
    }),
    { numRuns: 60 },
  );
});
