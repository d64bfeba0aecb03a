import { BATCH_ROWS_MAX, eventBatchSchema } from '@tidegate/protocol';
import { InMemoryWire } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MISSING_FLAG } from '../wire/protocol-values.ts';
import { encodeBatch } from './encode-batch.ts';
import { createEventQueue, type EventQueue } from './event-queue.ts';
import type { EventRow } from './event-row.ts';
import { BATCH_BYTES_MAX, EVENT_AGE_MAX_MS, QUEUE_BYTES_MAX } from './limits.ts';

const INSTANCE = '00000000-0000-4000-8000-000000000001';
const EXPOSED = { of: 'exposures', name: 'r', epoch: 1, stage: 0, arm: 1 } as const;

function queueOf(limits: { queueBytesMax?: number; batchBytesMax?: number } = {}): EventQueue {
  return createEventQueue({
    queueBytesMax: QUEUE_BYTES_MAX,
    batchBytesMax: BATCH_BYTES_MAX,
    onWork: () => undefined,
    ...limits,
  });
}

function outcome(value: number, unit = { h0: 1, h1: 1 }): EventRow {
  return { of: 'outcomes', name: 'e', value, unit, atMs: 0 };
}

function exposure(unit = { h0: 1, h1: 1 }): EventRow {
  return { ...EXPOSED, unit, atMs: 0 };
}

/** Everything in the queue, batch by batch, each acknowledged. */
function drain(queue: EventQueue) {
  const platform = new InMemoryWire().platform();
  const batches = [];
  for (let next = queue.nextBatch(); next !== undefined; next = queue.nextBatch()) {
    batches.push(encodeBatch(next, { instance: INSTANCE, platform }));
    queue.settle();
  }
  return batches;
}

test('an empty queue has no batch', () => {
  expect(queueOf().nextBatch()).toBeUndefined();
});

test('whatever is recorded becomes batches that the protocol takes, in number and in bytes', () => {
  const name = fc.string({ unit: 'binary', minLength: 1, maxLength: 256 });
  const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
  const unit = fc.record({ h0: uint32, h1: uint32 });
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });
  const events = fc.array(fc.record({ name, unit, value }), { maxLength: 60 });
  fc.assert(
    fc.property(events, fc.integer({ min: 12_000, max: 40_000 }), (recorded, batchBytesMax) => {
      const queue = queueOf({ batchBytesMax });
      for (const event of recorded) {
        queue.add({ of: 'outcomes', name: event.name, value: event.value, unit: event.unit, atMs: 0 });
        queue.add({ ...EXPOSED, name: event.name, epoch: Number.MAX_SAFE_INTEGER, unit: event.unit, atMs: 0 });
        queue.countEvaluation(event.name, event.name);
      }
      const batches = drain(queue);
      for (const batch of batches) {
        expect(eventBatchSchema.safeParse(batch).error).toBeUndefined();
        expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(batchBytesMax);
      }
      const outcomes = batches.flatMap(({ outcomes, units }) =>
        outcomes.event.map((index, row) => ({
          name: outcomes.events[index],
          unit: { h0: units.h0[outcomes.unit[row] ?? -1], h1: units.h1[outcomes.unit[row] ?? -1] },
          value: outcomes.value[row],
        })),
      );
      expect(outcomes).toEqual(recorded);
      const counted = batches.flatMap((batch) => batch.counters.count).reduce((sum, count) => sum + count, 0);
      expect(counted).toBe(recorded.length);
    }),
    { numRuns: 60 },
  );
});

test('a batch has at most as many rows as the protocol takes', () => {
  const queue = queueOf();
  for (let row = 0; row < BATCH_ROWS_MAX + 1; row++) {
    queue.add(outcome(1));
    queue.countEvaluation(`${row}`, 'v');
  }
  const batches = drain(queue);
  expect(batches.length).toBeGreaterThan(1);
  for (const { outcomes, counters } of batches) {
    expect(outcomes.event.length).toBeLessThanOrEqual(BATCH_ROWS_MAX);
    expect(counters.count.length).toBeLessThanOrEqual(BATCH_ROWS_MAX);
  }
});

test('the longest values stay within the bytes that are reckoned for them', () => {
  const queue = queueOf();
  const unit = (row: number) => ({ h0: 0xffff_ffff - row, h1: 0xffff_ffff });
  for (let row = 0; row < 5_000; row++) {
    const about = { unit: unit(row), atMs: -EVENT_AGE_MAX_MS };
    queue.add({ of: 'outcomes', name: 'e', value: -1.7976931348623157e308, ...about });
    queue.add({ ...EXPOSED, epoch: Number.MAX_SAFE_INTEGER, stage: 1_000, ...about });
  }
  const rowBytes = queue.bytes();
  const bytes = drain(queue).reduce((sum, batch) => sum + Buffer.byteLength(JSON.stringify(batch)), 0);
  expect(bytes).toBeLessThanOrEqual(rowBytes + 2_000);
});

test('a full queue drops what comes and counts it, and its memory stays at the bound', () => {
  const queue = queueOf({ queueBytesMax: 50_000, batchBytesMax: 20_000 });
  let kept = 0;
  for (let row = 0; row < 5_000; row++) {
    if (queue.add(outcome(row, { h0: row, h1: row }))) kept += 1;
    if (row % 2 === 0) queue.add(exposure({ h0: row, h1: row }));
  }
  expect(queue.bytes()).toBeLessThanOrEqual(50_000);
  const batches = drain(queue);
  expect(batches.reduce((sum, batch) => sum + batch.outcomes.event.length, 0)).toBe(kept);
  expect(batches.reduce((sum, batch) => sum + batch.dropped.outcomes, 0)).toBe(5_000 - kept);
  const exposures = batches.reduce((sum, batch) => sum + batch.exposures.arm.length + batch.dropped.exposures, 0);
  expect(exposures).toBe(2_500);
});

test('a million evaluations while the server is away take the memory of one', () => {
  const queue = queueOf();
  for (let count = 0; count < 1_000_000; count++) queue.countEvaluation('flag', 'on');
  expect(queue.bytes()).toBe(0);
  expect(drain(queue).map((batch) => batch.counters)).toEqual([
    { flags: ['flag'], variations: ['on'], flag: [0], variation: [0], count: [1_000_000] },
  ]);
});

test('asks for keys that an application makes up without end take the memory of a thousand, in each batch', () => {
  const queue = queueOf();
  const askForMany = () => {
    for (let count = 0; count < 5_000; count++) queue.countEvaluation(`user-${count}`, MISSING_FLAG);
    for (const key of ['', 'x'.repeat(257)]) queue.countEvaluation(key, MISSING_FLAG);
    for (let count = 0; count < 9; count++) queue.countEvaluation('user-0', MISSING_FLAG);
  };
  for (let round = 0; round < 2; round++) {
    askForMany();
    const counters = drain(queue).map((batch) => batch.counters);
    expect(counters.flatMap((columns) => columns.count).reduce((sum, count) => sum + count, 0)).toBe(1_009);
    expect(counters.flatMap((columns) => columns.variations)).toEqual(counters.map(() => '$missing'));
  }
});

test('a batch keeps its number and rows until it is acknowledged, and the next one has the next number', () => {
  const queue = queueOf();
  queue.add(exposure());
  const first = queue.nextBatch();
  queue.add(exposure({ h0: 2, h1: 2 }));
  expect(queue.nextBatch()).toBe(first);
  expect(first?.rows).toHaveLength(1);
  queue.settle();
  expect(queue.nextBatch()?.seq).toBe(2);
});

test('what a discarded batch held counts as dropped in the next one, whose number leaves a gap', () => {
  const queue = queueOf();
  queue.add(exposure());
  queue.add(outcome(1));
  queue.nextBatch();
  queue.settle(true);
  expect(drain(queue)).toMatchObject([{ seq: 2, dropped: { exposures: 1, outcomes: 1 } }]);
});

test('ages are taken anew at each attempt, and events older than a day are dropped and counted', async () => {
  const wire = new InMemoryWire();
  const platform = wire.platform();
  const queue = queueOf();
  queue.add(outcome(1));
  await wire.time.advance(1_000);
  queue.add({ ...outcome(2), atMs: 1_000 });
  const batch = queue.nextBatch();
  if (batch === undefined) throw new Error('there is a batch');
  expect(encodeBatch(batch, { instance: INSTANCE, platform }).outcomes.ageMs).toEqual([1_000, 0]);
  await wire.time.advance(EVENT_AGE_MAX_MS);
  const late = encodeBatch(batch, { instance: INSTANCE, platform });
  expect(late.outcomes).toMatchObject({ event: [0], unit: [0], value: [2], ageMs: [EVENT_AGE_MAX_MS] });
  expect(late.dropped).toEqual({ exposures: 0, outcomes: 1 });
});

test('counters that do not fit beside the events wait for the next batch', () => {
  const queue = queueOf({ batchBytesMax: 12_000 });
  for (let flag = 0; flag < 100; flag++) queue.countEvaluation(`flag-${flag}`, 'on');
  const batches = drain(queue);
  expect(batches.length).toBeGreaterThan(1);
  expect(batches.flatMap((batch) => batch.counters.flags).sort()).toHaveLength(100);
});
