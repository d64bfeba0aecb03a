import { pageBatchSchema } from '@tidegate/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { columnsOf } from './columns-of.ts';
import { findBatchFlaw } from './find-batch-flaw.ts';
import { RecentBook } from './recent-book.ts';

const DAY_MS = 86_400_000;
const RECEIVED_AT_MS = 1_700_000_000_000;
const INSTANCE = '0b1f3c1e-2a63-4d33-9e1e-6a0b7f3c1e2a';
const HEAD = { protocol: 1, instance: INSTANCE, seq: 1, sdk: { name: 'page', version: '0' } } as const;

const EXPOSURE = {
  of: 'exposures',
  rolloutId: 'r1',
  epoch: 1,
  stageIndex: 2,
  arm: 'treatment',
  unit: 'targetingKey',
  h0: 7,
  h1: 8,
  atMs: 900,
};
const OUTCOME = { of: 'outcomes', event: 'paid', value: 19.9, h0: 7, h1: 8, atMs: 1_000 };

const at = fc.double({ min: -DAY_MS, max: 2 * DAY_MS, noNaN: true });
const hash = fc.integer({ min: 0, max: 0xffff_ffff });
const about = { h0: hash, h1: hash, atMs: at };
const row = fc.oneof(
  fc.record({ of: fc.constant('outcomes'), event: fc.string({ maxLength: 300 }), value: fc.double(), ...about }),
  fc.record({
    of: fc.constant('exposures'),
    rolloutId: fc.string({ maxLength: 3 }),
    epoch: fc.integer({ min: 0, max: 3 }),
    stageIndex: fc.nat({ max: 1_001 }),
    arm: fc.constantFrom('control', 'treatment', 'both'),
    ...about,
  }),
  fc.jsonValue(),
);
const name = fc.oneof(
  fc.tuple(fc.string(), fc.string()).map((served) => JSON.stringify(served)),
  fc.constantFrom('exposures', 'outcomes'),
  fc.string(),
);
const batches = fc.record({
  atMs: at,
  rows: fc.array(row, { maxLength: 20 }),
  counts: fc.array(fc.tuple(name, fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })), { maxLength: 5 }),
});

test('whatever a page says becomes a batch as the server takes it, and no row goes uncounted', () => {
  let keptCount = 0;
  fc.assert(
    fc.property(batches, (said) => {
      // What is no number is null in JSON.
      const page = pageBatchSchema.parse(JSON.parse(JSON.stringify({ ...HEAD, ...said })));
      const batch = columnsOf({ ...page, counts: [] }, RECEIVED_AT_MS);
      expect(findBatchFlaw(batch)).toBeUndefined();
      expect(findBatchFlaw(columnsOf(page, RECEIVED_AT_MS))).toBeUndefined();
      const kept = batch.exposures.unit.length + batch.outcomes.unit.length;
      expect(kept + batch.dropped.exposures + batch.dropped.outcomes).toBe(said.rows.length);
      keptCount += kept;
    }),
  );
  expect(keptCount).toBeGreaterThan(100);
});

test('rows become columns, instants ages, and what no flag can be called is left out', () => {
  const counts: [string, number][] = [
    ['["new-checkout","on"]', 3],
    ['["new-checkout","off"]', 1],
    ['{"no":"name"}', 5],
    ['outcomes', 2],
  ];
  const rows = [OUTCOME, EXPOSURE, { ...OUTCOME, h0: 9, value: null }, { ...EXPOSURE, atMs: 1_000 - 2 * DAY_MS }];
  expect(columnsOf({ ...HEAD, atMs: 1_000.7, rows, counts }, RECEIVED_AT_MS)).toMatchObject({
    units: { h0: [7], h1: [8] },
    exposures: { rolloutIds: ['r1'], rollout: [0], epoch: [1], stage: [2], arm: [1], unit: [0], ageMs: [100] },
    outcomes: { events: ['paid'], event: [0], unit: [0], value: [19.9], ageMs: [0] },
    counters: { flags: ['new-checkout'], variations: ['on', 'off'], flag: [0, 0], variation: [0, 1], count: [3, 1] },
    dropped: { exposures: 1, outcomes: 3 },
  });
});

test('what a page says that it dropped stays a count, however much it is', () => {
  const much = Number.MAX_SAFE_INTEGER;
  const counts: [string, number][] = [
    ['outcomes', much],
    ['outcomes', much],
  ];
  expect(findBatchFlaw(columnsOf({ ...HEAD, atMs: 0, rows: [{}], counts }, RECEIVED_AT_MS))).toBeUndefined();
});

test('a page, which does not tell what time it has, is not said to have a wrong clock', () => {
  const book = new RecentBook(RECEIVED_AT_MS);
  const batch = columnsOf({ ...HEAD, atMs: 1_000, rows: [OUTCOME], counts: [] }, RECEIVED_AT_MS);
  book.note({ kind: 'batch', receivedAtMs: RECEIVED_AT_MS, origin: 'browser', batch });
  expect(book.view(RECEIVED_AT_MS).sdks).toMatchObject([{ name: 'page', clockAheadMs: 0 }]);
});
