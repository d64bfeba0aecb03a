import fc from 'fast-check';
import type { EngineConfig } from './engine-config.ts';
import type { ArmPair, GuardSums, Tick, TickStratum } from './tick.ts';

/** One guard of every kind and law, for tests. */
export const everyKind: EngineConfig = {
  stageCount: 3,
  guards: [
    { key: 'errors', kind: 'rate', law: 'design', harm: 'up', margins: [3, 1.5, 1.2], tolerance: 1.02 },
    { key: 'calls', kind: 'rate', law: 'poisson', harm: 'up' },
    { key: 'purchases', kind: 'rate', law: 'hypergeometric', harm: 'down', margins: [0.5, 0.8, null] },
    {
      key: 'latency',
      kind: 'histogram',
      harm: 'up',
      binCount: 8,
      margins: [1.5, 1.2, 1.1],
      baseline: { 2: 150, 3: 90 },
    },
    { key: 'revenue', kind: 'mean', harm: 'down', minUnits: 30, margins: [0.5, 0.8, 0.9] },
    { key: 'errors per call', kind: 'ratio', harm: 'up', minUnits: 30 },
    { key: 'limit', kind: 'limit', maxRate: 0.01 },
  ],
};

export const everyWeight = Object.fromEntries(everyKind.guards.map(({ key }) => [key, 1]));

/** Ticks as traffic makes them: counts within their units, values whose squares add up. */
export function plausibleTick(options: { readonly stageIndex?: number } = {}): fc.Arbitrary<Tick> {
  const { stageIndex: fixed } = options;
  const stageIndex = fixed === undefined ? fc.nat({ max: 2 }) : fc.constant(fixed);
  return stageIndex.chain((stageIndex) =>
    fc
      .uniqueArray(stratum(stageIndex), {
        maxLength: 3,
        selector: ({ stageIndex, treatmentShare }) => `${stageIndex} ${treatmentShare}`,
      })
      .map((strata) => ({ stageIndex, strata })),
  );
}

function stratum(stageMax: number): fc.Arbitrary<TickStratum> {
  return fc.record({
    stageIndex: fc.nat({ max: stageMax }),
    treatmentShare: fc.constantFrom(0.01, 0.05, 0.25, 0.5, 1),
    units: armsOf(fc.nat({ max: 500 })),
    guards: fc.record(
      {
        errors: armsOf(rate),
        calls: armsOf(rate),
        purchases: armsOf(rate),
        latency: armsOf(histogram),
        revenue: armsOf(mean),
        'errors per call': armsOf(ratio),
        limit: armsOf(rate),
      },
      { requiredKeys: [] },
    ),
  });
}

export function armsOf<Value>(arm: fc.Arbitrary<Value>): fc.Arbitrary<ArmPair<Value>> {
  return fc.record({ control: arm, treatment: arm });
}

const rate: fc.Arbitrary<GuardSums> = fc
  .record({ units: fc.nat({ max: 500 }), part: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ units, part }) => ({ kind: 'rate', units, events: Math.round(units * part * part) }));

const histogram: fc.Arbitrary<GuardSums> = fc
  .dictionary(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7'), fc.nat({ max: 60 }))
  .map((bins) => ({ kind: 'histogram', bins }));

// Multiples of 1/4 add without rounding, so that sums do not depend on their order.
const values = fc.array(
  fc.nat({ max: 400 }).map((quarters) => quarters / 4),
  { maxLength: 30 },
);

const mean: fc.Arbitrary<GuardSums> = values.map((values) => ({
  kind: 'mean',
  units: values.length,
  sum: sumOf(values),
  sumSquares: sumOf(values.map((value) => value * value)),
}));

const ratio: fc.Arbitrary<GuardSums> = fc
  .array(fc.tuple(fc.nat({ max: 9 }), fc.integer({ min: 1, max: 9 })), { maxLength: 30 })
  .map((units) => ({
    kind: 'ratio',
    units: units.length,
    sumY: sumOf(units.map(([y]) => y)),
    sumZ: sumOf(units.map(([, z]) => z)),
    sumYY: sumOf(units.map(([y]) => y * y)),
    sumZZ: sumOf(units.map(([, z]) => z * z)),
    sumYZ: sumOf(units.map(([y, z]) => y * z)),
  }));

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
