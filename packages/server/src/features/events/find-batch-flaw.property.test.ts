import { eventBatchSchema } from '@tidegate/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { findBatchFlaw } from './find-batch-flaw.ts';

const small = fc.nat({ max: 3 });
const rows = (length: number, value: fc.Arbitrary<unknown>) =>
  fc.array(value, { minLength: length, maxLength: length });

/** Well-formed batches of a few rows. */
const batches = fc.tuple(small, small, small, small).chain(([units, exposures, outcomes, counters]) =>
  fc.record({
    protocol: fc.constant(1),
    instance: fc.uuid(),
    seq: fc.integer({ min: 1 }),
    sentAtMs: fc.double({ noNaN: true, noDefaultInfinity: true }),
    sdk: fc.record({ name: fc.string({ minLength: 1 }), version: fc.string({ minLength: 1 }) }),
    units: fc.record({ h0: rows(units + 1, uint32()), h1: rows(units + 1, uint32()) }),
    exposures: fc.record({
      rolloutIds: fc.constant(['r']),
      rollout: rows(exposures, fc.constant(0)),
      epoch: rows(exposures, fc.integer({ min: 1 })),
      stage: rows(exposures, fc.integer({ min: 0, max: 1_000 })),
      arm: rows(exposures, fc.integer({ min: 0, max: 1 })),
      unit: rows(exposures, fc.nat({ max: units })),
      ageMs: rows(exposures, fc.integer({ min: 0, max: 86_400_000 })),
    }),
    outcomes: fc.record({
      events: fc.constant(['e']),
      event: rows(outcomes, fc.constant(0)),
      unit: rows(outcomes, fc.nat({ max: units })),
      value: rows(outcomes, fc.double({ noNaN: true, noDefaultInfinity: true })),
      ageMs: rows(outcomes, fc.double({ min: 0, max: 86_400_000, noNaN: true })),
    }),
    counters: fc.record({
      flags: fc.constant(['f']),
      variations: fc.constant(['v']),
      flag: rows(counters, fc.constant(0)),
      variation: rows(counters, fc.constant(0)),
      count: rows(counters, fc.integer({ min: 1 })),
    }),
    dropped: fc.record({ exposures: fc.nat(), outcomes: fc.nat() }),
  }),
);

test('what the schema accepts, the check by hand accepts', () => {
  fc.assert(
    fc.property(batches, (batch) => {
      expect(eventBatchSchema.safeParse(batch).success).toBe(true);
      expect(findBatchFlaw(batch)).toBeUndefined();
    }),
  );
});

test('what the schema refuses, the check by hand refuses', () => {
  fc.assert(
    fc.property(batches.chain(withDamage), (damaged) => {
      const accepted = eventBatchSchema.safeParse(damaged).success;
      // The schema does not look across columns; what it refuses must be refused here.
      if (!accepted) expect(findBatchFlaw(damaged)).toBeTypeOf('string');
    }),
    { numRuns: 2_000 },
  );
});

test('nothing that JSON can say makes the check throw', () => {
  fc.assert(fc.property(fc.jsonValue(), (json) => void findBatchFlaw(json)));
});

/** One member somewhere replaced, removed or added. */
function withDamage(batch: object): fc.Arbitrary<unknown> {
  const paths = pathsOf(batch);
  const values = fc.oneof(fc.jsonValue(), fc.integer(), fc.double(), fc.constantFrom(-1, 1.5, 2 ** 32, 20_001, ''));
  return fc
    .tuple(fc.constantFrom(...paths), values, fc.constantFrom('replace', 'remove', 'add'))
    .map(([path, value, how]) => {
      const copy = structuredClone(batch);
      const last = path.at(-1) ?? '';
      let parent = copy as Record<string, unknown>;
      for (const step of path.slice(0, -1)) parent = parent[step] as Record<string, unknown>;
      if (how === 'remove') delete parent[last];
      else parent[how === 'add' && !Array.isArray(parent) ? `${last}2` : last] = value;
      return JSON.parse(JSON.stringify(copy));
    });
}

function pathsOf(value: unknown, above: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]) => [[...above, key], ...pathsOf(child, [...above, key])]);
}

function uint32(): fc.Arbitrary<number> {
  return fc.integer({ min: 0, max: 0xffff_ffff });
}
