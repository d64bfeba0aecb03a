import type { EventBatch } from '@tidegate/protocol/types';
import { answered, InMemoryWire, type WireOutcome, type WireRequest } from '@tidegate/testkit';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventReporter } from './event-reporter.ts';
import { BATCH_BYTES_MAX, QUEUE_BYTES_MAX } from './limits.ts';

const INSTANCE = '00000000-0000-4000-8000-000000000001';
const ANN = { targetingKey: 'ann' };
const PATHS = ['targetingKey'];

/** What may happen to one attempt. `lost answer`: counted, but the SDK never learns. `slow`: the same, after 9 s. */
const FATES = ['through', 'cut', 'lost answer', 'slow', '503', '429', '401', '404', 'html', 'never'] as const;
type Fate = (typeof FATES)[number];

function reporterOn(wire: InMemoryWire, options: { queueBytesMax?: number; batchBytesMax?: number } = {}) {
  return createEventReporter({
    platform: wire.platform(),
    instance: INSTANCE,
    flushIntervalMs: 2_000,
    queueBytesMax: options.queueBytesMax ?? QUEUE_BYTES_MAX,
    batchBytesMax: options.batchBytesMax ?? BATCH_BYTES_MAX,
    onProblem: () => undefined,
  });
}

async function meet(wire: InMemoryWire, fate: Fate, request: WireRequest): Promise<WireOutcome> {
  switch (fate) {
    case 'through':
      return answered(200, JSON.stringify({ acknowledgedSeq: wire.count(request).seq }));
    case 'cut':
      return { kind: 'failed', message: 'connection refused' };
    case 'lost answer':
      wire.count(request);
      return { kind: 'failed', message: 'reset' };
    case 'slow':
      await new Promise<void>((resolve) => wire.time.after(9_000, resolve));
      return answered(200, JSON.stringify({ acknowledgedSeq: wire.count(request).seq }));
    case '503':
      return answered(503, '', { 'retry-after': '3' });
    case '429':
    case '401':
    case '404':
      return answered(Number(fate), '<html>a proxy</html>');
    case 'html':
      return answered(200, '<html>a captive portal</html>');
    case 'never':
      // A server that counted a batch acknowledges its repeats, however the batch is judged.
      if (wire.hasCounted(request)) return answered(200, JSON.stringify({ acknowledgedSeq: wire.count(request).seq }));
      return answered(400, '{"code":"invalid-request"}');
    default:
      throw fate satisfies never;
  }
}

function outcomesOf(batches: readonly EventBatch[]): number[] {
  return batches.flatMap((batch) => batch.outcomes.value);
}

function droppedOf(batches: readonly EventBatch[]): number {
  return batches.reduce((sum, batch) => sum + batch.dropped.outcomes, 0);
}

test('whatever the network does, every outcome is counted once, or reported as dropped', async () => {
  const script = fc.record({
    fates: fc.array(fc.constantFrom(...FATES), { maxLength: 25 }),
    bursts: fc.array(fc.record({ count: fc.nat(40), thenMs: fc.nat(5_000) }), { minLength: 1, maxLength: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(script, async ({ fates, bursts }) => {
      const wire = new InMemoryWire();
      const left = [...fates];
      let inFlight = 0;
      let inFlightMax = 0;
      wire.faults = {
        answer: async (request) => {
          inFlight += 1;
          inFlightMax = Math.max(inFlightMax, inFlight);
          const outcome = await meet(wire, left.shift() ?? 'through', request);
          inFlight -= 1;
          return outcome;
        },
      };
      const reporter = reporterOn(wire, { batchBytesMax: 6_000, queueBytesMax: 12_000 });
      let recorded = 0;
      for (const { count, thenMs } of bursts) {
        for (let one = 0; one < count; one++) {
          reporter.recordOutcome('paid', recorded, { targetingKey: `u${recorded}` }, PATHS);
          recorded += 1;
        }
        await wire.time.advance(thenMs);
      }
      // Every fate of the script takes at most a minute of backoff or Retry-After.
      await wire.time.advance((fates.length + 10) * 75_000);
      const counted = outcomesOf(wire.batches);
      expect(new Set(counted).size).toBe(counted.length);
      expect(counted.length + droppedOf(wire.batches)).toBe(recorded);
      if (!fates.includes('never')) {
        expect(wire.batches.map((batch) => batch.seq)).toEqual(wire.batches.map((_, index) => index + 1));
      }
      expect(inFlightMax).toBeLessThanOrEqual(1);
    }),
    { numRuns: 100 },
  );
});

test('an exposure is reported once per unit, arm and stage, and again when its batch was lost', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire);
  const serve = (unit: string, stageIndex: number, arm: 'control' | 'treatment') =>
    reporter.recordEvaluation(
      'flag',
      {
        value: true,
        variation: 'on',
        reason: 'SPLIT',
        revision: 1,
        exposure: { rolloutId: 'r', epoch: 1, stageIndex, arm, unit: 'targetingKey' },
      },
      { targetingKey: unit },
    );
  for (let time = 0; time < 5; time++) {
    serve('ann', 0, 'control');
    serve('bob', 0, 'treatment');
  }
  serve('ann', 1, 'treatment');
  serve('', 1, 'treatment');
  await wire.time.advance(2_000);
  expect(wire.batches).toMatchObject([
    {
      units: { h0: { length: 2 } },
      exposures: { rolloutIds: ['r'], stage: [0, 0, 1], arm: [0, 1, 1], unit: [0, 1, 0], ageMs: [2_000, 2_000, 2_000] },
      counters: { count: [12] },
    },
  ]);

  wire.faults = { answer: () => answered(400) };
  serve('cat', 1, 'treatment');
  await wire.time.advance(2_000);
  wire.faults = {};
  serve('ann', 1, 'treatment');
  await wire.time.advance(2_000);
  expect(wire.batches[1]).toMatchObject({ seq: 3, dropped: { exposures: 1 }, exposures: { unit: [0] } });
});

test('the same unit in another arm, stage or epoch, and units that share one hash, are other exposures', async () => {
  const wire = new InMemoryWire();
  const hashes = { ann: { h0: 0, h1: 0 }, bob: { h0: 0, h1: 4_096 }, cat: { h0: 5, h1: 0 } };
  const reporter = createEventReporter({
    platform: { ...wire.platform(), unitHashes: (unit) => hashes[unit as keyof typeof hashes] },
    instance: INSTANCE,
    onProblem: () => undefined,
  });
  const tag = { rolloutId: 'r', epoch: 1, stageIndex: 0, arm: 'treatment', unit: 'targetingKey' } as const;
  const serve = (unit: string, other: Partial<{ epoch: number; stageIndex: number; arm: 'control' }> = {}) =>
    reporter.recordEvaluation(
      'flag',
      { value: true, variation: 'on', reason: 'SPLIT', revision: 1, exposure: { ...tag, ...other } },
      { targetingKey: unit },
    );
  for (let time = 0; time < 2; time++) {
    for (const other of [{}, { arm: 'control' }, { stageIndex: 1 }, { epoch: 2 }] as const) serve('ann', other);
    for (const unit of ['bob', 'cat']) serve(unit);
  }
  await wire.time.advance(2_000);
  expect(wire.batches.map(({ exposures }) => exposures)).toMatchObject([
    { arm: [1, 0, 1, 1, 1, 1], stage: [0, 0, 1, 0, 0, 0], epoch: [1, 1, 1, 2, 1, 1], unit: [0, 0, 0, 0, 1, 2] },
  ]);
});

test('an exposure that found no room is reported when the unit comes again', async () => {
  const wire = new InMemoryWire();
  wire.faults = { answer: () => ({ kind: 'failed', message: 'down' }) };
  const reporter = reporterOn(wire, { queueBytesMax: 4_000, batchBytesMax: 20_000 });
  const serve = (unit: number) =>
    reporter.recordEvaluation(
      'flag',
      {
        value: true,
        variation: 'on',
        reason: 'SPLIT',
        revision: 1,
        exposure: { rolloutId: 'r', epoch: 1, stageIndex: 0, arm: 'control', unit: 'targetingKey' },
      },
      { targetingKey: unit },
    );
  for (let unit = 0; unit < 200; unit++) serve(unit);
  wire.faults = {};
  await wire.time.advance(10_000);
  const reported = wire.batches[0]?.exposures.unit.length ?? 0;
  expect(reported).toBeLessThan(200);
  serve(199);
  await wire.time.advance(2_000);
  const last = wire.batches.at(-1);
  expect(last?.exposures.unit).toHaveLength(1);
  expect(wire.batches.reduce((sum, batch) => sum + batch.dropped.exposures, 0)).toBe(200 - reported);
});

test('an outcome that the wire cannot carry costs itself, not what travels with it', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire);
  reporter.recordOutcome('', 1, ANN, PATHS);
  reporter.recordOutcome('x'.repeat(257), 1, ANN, PATHS);
  reporter.recordOutcome('paid', Number.NaN, ANN, PATHS);
  reporter.recordOutcome('paid', 7, ANN, PATHS);
  await wire.time.advance(2_000);
  expect(wire.batches).toMatchObject([{ outcomes: { events: ['paid'], value: [7] }, dropped: { outcomes: 3 } }]);
});

test('an outcome counts for each unit of its context once', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire);
  const context = { targetingKey: 'ann', org: { id: 7 }, user: 'ann' };
  reporter.recordOutcome('paid', 1, context, ['targetingKey', 'org.id', 'user', 'missing']);
  await wire.time.advance(2_000);
  expect(wire.batches[0]?.outcomes.unit).toEqual([0, 1]);
});

test('flush is told when what was recorded before is acknowledged, and when the time is up', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire);
  expect(await reporter.flush(1_000)).toBe(true);
  reporter.recordOutcome('paid', 1, ANN, PATHS);
  expect(await reporter.flush(1_000)).toBe(true);
  expect(wire.time.nowMs()).toBe(0);

  wire.faults = { answer: () => ({ kind: 'failed', message: 'down' }) };
  reporter.recordOutcome('paid', 2, ANN, PATHS);
  const flushed = reporter.flush(1_000);
  await wire.time.advance(1_000);
  expect(await flushed).toBe(false);
  wire.faults = {};
  await wire.time.advance(10_000);
  expect(outcomesOf(wire.batches)).toEqual([1, 2]);
});

test('close drains everything without waiting out a failure, and records nothing afterwards', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire, { batchBytesMax: 6_000 });
  const record = (value: number) => reporter.recordOutcome('paid', value, { targetingKey: `u${value}` }, PATHS);
  wire.faults = { answer: () => answered(401) };
  for (let value = 0; value < 300; value++) record(value);
  await wire.time.advance(5_000);
  wire.faults = {};
  expect(await reporter.close(1_000)).toBe(true);
  expect(outcomesOf(wire.batches)).toEqual(Array.from({ length: 300 }, (_, value) => value));
  record(300);
  await wire.time.advance(60_000);
  expect(outcomesOf(wire.batches)).toHaveLength(300);
});

test('close gives up at its deadline', async () => {
  const wire = new InMemoryWire();
  wire.faults = { answer: () => new Promise(() => undefined) };
  const reporter = reporterOn(wire);
  reporter.recordOutcome('paid', 1, { targetingKey: 'ann' }, PATHS);
  const closed = reporter.close(1_000);
  await wire.time.advance(1_000);
  expect(await closed).toBe(false);
});

test('a row of failures ends with a success: the next one waits a second at most', async () => {
  const wire = new InMemoryWire();
  const reporter = reporterOn(wire);
  const record = () => reporter.recordOutcome('paid', 1, { targetingKey: 'ann' }, PATHS);
  wire.faults = { answer: () => ({ kind: 'failed', message: 'down' }) };
  record();
  await wire.time.advance(120_000);
  wire.faults = {};
  await wire.time.advance(30_000);
  expect(wire.batches).toHaveLength(1);
  for (let time = 0; time < 10; time++) {
    wire.faults = { answer: () => ({ kind: 'failed', message: 'down' }) };
    record();
    await wire.time.advance(2_000);
    wire.faults = {};
    await wire.time.advance(1_000);
    expect(wire.batches).toHaveLength(2 + time);
  }
});

test('Retry-After is honoured', async () => {
  const wire = new InMemoryWire();
  wire.faults = { answer: () => answered(429, '', { 'retry-after': '60' }) };
  const reporter = reporterOn(wire);
  reporter.recordOutcome('paid', 1, { targetingKey: 'ann' }, PATHS);
  await wire.time.advance(61_000);
  expect(wire.requests).toHaveLength(1);
  await wire.time.advance(20_000);
  expect(wire.requests).toHaveLength(2);
});
