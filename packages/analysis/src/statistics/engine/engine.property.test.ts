import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { armsOf, everyKind, everyWeight, plausibleTick } from './arbitrary-ticks.fixture.ts';
import type { EngineConfig, HarmDirection } from './engine-config.ts';
import { createEngine, type EngineState } from './engine-state.ts';
import { foldTick, peekTick } from './fold-tick.ts';
import { mergeTicks } from './merge-ticks.ts';
import { readEngine } from './read-engine.ts';
import type { ArmPair, GuardSums, Tick, TickStratum } from './tick.ts';

function foldAll(config: EngineConfig, ticks: readonly Tick[], from = createEngine(config)): EngineState {
  return ticks.reduce((state, tick) => foldTick(config, state, tick), from);
}

function throughJson<Value>(value: Value): Value {
  return JSON.parse(JSON.stringify(value)) as Value;
}

const manyTicks = fc.array(plausibleTick(), { maxLength: 35 });

describe('the fold', () => {
  test('replays from any stored state to the same bits', () => {
    fc.assert(
      fc.property(manyTicks, fc.nat({ max: 40 }), (ticks, storedAfter) => {
        const stored = throughJson(foldAll(everyKind, ticks.slice(0, storedAfter)));
        const replayed = foldAll(everyKind, ticks.slice(storedAfter), stored);
        expect(replayed).toEqual(foldAll(everyKind, ticks));
        expect(throughJson(replayed)).toEqual(replayed);
      }),
    );
  });

  test('of the merge of shards is the fold of the whole, in whatever order the shards come', () => {
    fc.assert(
      fc.property(
        plausibleTick({ stageIndex: 2 }),
        plausibleTick({ stageIndex: 2 }),
        plausibleTick({ stageIndex: 2 }),
        manyTicks,
        (one, two, three, before) => {
          const state = foldAll(everyKind, before);
          const merged = foldTick(everyKind, state, mergeTicks([one, two, three]));
          expect(foldTick(everyKind, state, mergeTicks([three, one, two]))).toEqual(merged);
          expect(foldTick(everyKind, state, mergeTicks([mergeTicks([two, three]), one]))).toEqual(merged);
        },
      ),
    );
  });

  test('does not mind how a tick of designed coins is cut, but for restarts and rounding', () => {
    fc.assert(
      fc.property(plausibleTick({ stageIndex: 0 }), plausibleTick({ stageIndex: 0 }), (one, other) => {
        const config = { ...everyKind, guards: everyKind.guards.slice(0, 1) };
        const apart = foldAll(config, [one, other]).guards[0];
        const together = foldAll(config, [mergeTicks([one, other])]).guards[0];
        if (apart?.kind !== 'rate' || together?.kind !== 'rate') throw new Error('The first guard is a rate.');
        for (const [index, log] of apart.logCapitals.entries()) {
          expect(log).toBeCloseTo(together.logCapitals[index] ?? Number.NaN, 6);
        }
      }),
    );
  });

  test('multiplies what each tick wins', () => {
    fc.assert(
      fc.property(plausibleTick({ stageIndex: 0 }), plausibleTick({ stageIndex: 0 }), (one, other) => {
        const config = { ...everyKind, guards: everyKind.guards.slice(0, 2) };
        const start = createEngine(config);
        const gains = [[one], [other], [one, other]].map((ticks) => capitalsOf(foldAll(config, ticks)));
        for (const [index, initial] of capitalsOf(start).entries()) {
          const [first = 0, second = 0, both = 0] = gains.map((capitals) => (capitals[index] ?? 0) - initial);
          expect(both).toBeCloseTo(first + second, 6);
        }
      }),
    );
  });

  test('has no number that is not finite, whatever finite numbers come', () => {
    fc.assert(
      fc.property(fc.array(wildTick, { maxLength: 8 }), (ticks) => {
        let state = createEngine(everyKind);
        for (const tick of ticks) {
          state = foldTick(everyKind, state, tick);
          expect(notFinite(state)).toBeNull();
          for (const alpha of [0.05, 1e-300]) {
            expect(notFinite(readEngine(everyKind, state, { alpha, weights: everyWeight }))).toBeNull();
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('a look within a tick', () => {
  test('counts what is known per observation, and leaves what needs the whole tick as it was', () => {
    fc.assert(
      fc.property(manyTicks, plausibleTick(), (ticks, pending) => {
        const state = foldAll(everyKind, ticks);
        const peeked = readEngine(everyKind, peekTick(everyKind, state, pending), {
          alpha: 0.05,
          weights: everyWeight,
        });
        const folded = readEngine(everyKind, foldTick(everyKind, state, pending), {
          alpha: 0.05,
          weights: everyWeight,
        });
        const nothing = { ...pending, strata: [] };
        const before = readEngine(everyKind, foldTick(everyKind, state, nothing), {
          alpha: 0.05,
          weights: everyWeight,
        });
        for (const [index, guard] of peeked.guards.entries()) {
          const isPerObservation = ['errors', 'latency', 'limit'].includes(guard.key);
          expect(guard).toEqual((isPerObservation ? folded : before).guards[index]);
        }
        expect(peeked.sampleRatio).toEqual(folded.sampleRatio);
      }),
    );
  });
});

describe('harm up and harm down', () => {
  const withHarm = (kind: 'mean' | 'histogram', harm: HarmDirection): EngineConfig => ({
    stageCount: 1,
    guards: [
      kind === 'mean'
        ? { key: 'g', kind, harm, minUnits: 10, margins: [harm === 'up' ? 1.25 : 0.75] }
        : { key: 'g', kind, harm, binCount: 8, margins: [harm === 'up' ? 2 : 0.5] },
    ],
  });
  const read = (config: EngineConfig, ticks: readonly Tick[]) =>
    readEngine(config, foldAll(config, ticks), { alpha: 0.05, weights: { g: 1 } });

  test('are one test of a mean, mirrored: values of the other sign say the same', () => {
    fc.assert(
      fc.property(fc.array(tickOf(meanSums), { maxLength: 20 }), (ticks) => {
        const negated = ticks.map((tick) => mapSums(tick, negate));
        const [up, down] = [read(withHarm('mean', 'up'), ticks), read(withHarm('mean', 'down'), negated)];
        expect(down.guards[0]?.logEvidence).toBe(up.guards[0]?.logEvidence);
        expect(down.guards[0]?.score).toEqual(up.guards[0]?.score);
        expect(down.guards[0]?.safety?.logEvidence).toBe(up.guards[0]?.safety?.logEvidence);
      }),
    );
  });

  test('are one test of a distribution, mirrored: bins in the other order say the same', () => {
    fc.assert(
      fc.property(fc.array(tickOf(histogramSums), { maxLength: 20 }), (ticks) => {
        const reversed = ticks.map((tick) => mapSums(tick, reverse));
        const [up, down] = [read(withHarm('histogram', 'up'), ticks), read(withHarm('histogram', 'down'), reversed)];
        expect(down.guards[0]?.logEvidence).toBe(up.guards[0]?.logEvidence);
        expect(down.guards[0]?.safety?.logEvidence).toBe(up.guards[0]?.safety?.logEvidence);
      }),
    );
  });

  // Rates are not mirrored: errors multiply and conversions lose percents, so the two directions bet on different ratios.

  test('of the sample ratio are mirrored at an even split', () => {
    fc.assert(
      fc.property(armsOf(fc.nat({ max: 1e6 })), ({ control, treatment }) => {
        const config: EngineConfig = { stageCount: 1, guards: [] };
        const logOf = (units: ArmPair<number>) => read(config, [oneStratum({}, units)]).sampleRatio.logEvidence;
        const log = logOf({ control, treatment });
        expect(Math.abs(logOf({ control: treatment, treatment: control }) - log)).toBeLessThan(
          1e-9 * (1 + Math.abs(log)),
        );
      }),
    );
  });
});

function capitalsOf({ guards }: EngineState): readonly number[] {
  return guards.flatMap((guard) => (guard.kind === 'mean' ? [] : guard.logCapitals));
}

/** Where the first number is that is not finite; null when there is none. */
function notFinite(value: unknown, path = ''): string | null {
  if (typeof value === 'number') return Number.isFinite(value) ? null : path;
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const found = notFinite(part, `${path}.${key}`);
    if (found !== null) return found;
  }
  return null;
}

const wildNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 1, 5e-324, Number.MAX_VALUE, -Number.MAX_VALUE, 2 ** 53),
  fc.nat({ max: 1_000 }),
);

const wildTick: fc.Arbitrary<Tick> = fc.record({
  stageIndex: fc.nat({ max: 4 }),
  strata: fc.array(
    fc.record<TickStratum>({
      stageIndex: fc.nat({ max: 4 }),
      treatmentShare: fc.oneof(wildNumber, fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(1 - 2 ** -53)),
      units: armsOf(wildNumber),
      guards: fc.record({
        errors: armsOf(wildSums('rate', ['units', 'events'])),
        calls: armsOf(wildSums('rate', ['units', 'events'])),
        purchases: armsOf(wildSums('rate', ['units', 'events'])),
        latency: armsOf(fc.dictionary(fc.constantFrom('0', '3', '7', '99', '-1'), wildNumber).map(binsOf)),
        revenue: armsOf(wildSums('mean', ['units', 'sum', 'sumSquares'])),
        'errors per call': armsOf(wildSums('ratio', ['units', 'sumY', 'sumZ', 'sumYY', 'sumZZ', 'sumYZ'])),
        limit: armsOf(wildSums('rate', ['units', 'events'])),
      }),
    }),
    { maxLength: 3 },
  ),
});

function wildSums(kind: GuardSums['kind'], members: readonly string[]): fc.Arbitrary<GuardSums> {
  const numbers = fc.record(Object.fromEntries(members.map((member) => [member, wildNumber])));
  // The members are those of the kind; each call names them.
  return numbers.map((sums) => ({ kind, ...sums }) as unknown as GuardSums);
}

function binsOf(bins: Readonly<Record<number, number>>): GuardSums {
  return { kind: 'histogram', bins };
}

function oneStratum(guards: TickStratum['guards'], units: ArmPair<number> = { control: 0, treatment: 0 }): Tick {
  return { stageIndex: 0, strata: [{ stageIndex: 0, treatmentShare: 0.5, units, guards }] };
}

const meanSums: fc.Arbitrary<GuardSums> = fc
  .array(fc.integer({ min: -50, max: 90 }), { maxLength: 20 })
  .map((values) => ({
    kind: 'mean',
    units: values.length,
    sum: values.reduce((sum, value) => sum + value, 0),
    sumSquares: values.reduce((sum, value) => sum + value * value, 0),
  }));
const histogramSums = fc
  .dictionary(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7'), fc.nat({ max: 90 }))
  .map(binsOf);

function tickOf(sums: fc.Arbitrary<GuardSums>): fc.Arbitrary<Tick> {
  return armsOf(sums).map((g) => oneStratum({ g }));
}

function mapSums(tick: Tick, map: (sums: GuardSums) => GuardSums): Tick {
  return {
    ...tick,
    strata: tick.strata.map((stratum) => ({
      ...stratum,
      guards: Object.fromEntries(
        Object.entries(stratum.guards).map(([key, { control, treatment }]) => [
          key,
          { control: map(control), treatment: map(treatment) },
        ]),
      ),
    })),
  };
}

function negate(sums: GuardSums): GuardSums {
  return sums.kind === 'mean' ? { ...sums, sum: 0 - sums.sum } : sums;
}

function reverse(sums: GuardSums): GuardSums {
  if (sums.kind !== 'histogram') return sums;
  return binsOf(Object.fromEntries(Object.entries(sums.bins).map(([bin, count]) => [7 - Number(bin), count])));
}
