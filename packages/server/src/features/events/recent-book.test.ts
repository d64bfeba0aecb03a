import type { LogRecord } from '@tidegate/analysis';
import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { RecentBook } from './recent-book.ts';

type BatchRecord = Extract<LogRecord, { kind: 'batch' }>;

const MINUTE_MS = 60_000;
const T0 = 30_000_000 * MINUTE_MS;

function recordOf(
  events: readonly string[],
  { atMs = T0, version = '1.0.0', origin = 'server' as const } = {},
): BatchRecord {
  const names = [...new Set(events)];
  const batch = {
    ...buildBatch({}),
    sdk: { name: 'sdk-node', version },
    sentAtMs: atMs + 90_000,
    units: { h0: [0xabc], h1: [1] },
    outcomes: {
      events: names,
      event: events.map((event) => names.indexOf(event)),
      unit: events.map(() => 0),
      value: events.map(() => 1),
      ageMs: events.map((_, index) => index),
    },
    counters: { flags: ['a'], variations: ['on'], flag: [0], variation: [0], count: [7] },
  };
  return { kind: 'batch', receivedAtMs: atMs, origin, batch };
}

test('what comes is counted by minute, SDK and event, and the SDK’s clock is told', () => {
  const book = new RecentBook(T0);
  book.note(recordOf(['purchase', 'purchase', 'search']));
  book.note(recordOf(['purchase'], { atMs: T0 + MINUTE_MS }));
  const { minutes, sdks, events } = book.view(T0 + MINUTE_MS);
  expect(minutes).toMatchObject([
    { atMs: T0, batches: 1, evaluations: 7, outcomes: 3 },
    { atMs: T0 + MINUTE_MS, batches: 1, outcomes: 1 },
  ]);
  expect(sdks).toMatchObject([
    { name: 'sdk-node', keyKind: 'server', batches: 2, outcomes: 4, lastAtMs: T0 + MINUTE_MS, clockAheadMs: 90_000 },
  ]);
  expect(events.find(({ event }) => event === 'purchase')?.minutes).toEqual([
    { atMs: T0, count: 2 },
    { atMs: T0 + MINUTE_MS, count: 1 },
  ]);
});

test('after an hour it is forgotten', () => {
  const book = new RecentBook(T0);
  book.note(recordOf(['purchase']));
  const { minutes, sdks, events, newest, sinceMs } = book.view(T0 + 62 * MINUTE_MS);
  expect([minutes, sdks, events, newest]).toEqual([[], [], [], []]);
  expect(sinceMs).toBe(T0 + 2 * MINUTE_MS);
});

test('made-up names and versions fill no memory', () => {
  const book = new RecentBook(T0);
  for (let n = 0; n < 500; n += 1) book.note(recordOf([`event-${n}`], { version: `${n}.0.0` }));
  const { sdks, events, newest } = book.view(T0);
  expect([sdks.length, events.length, newest.length]).toEqual([100, 200, 20]);
});

test('a sample shows the newest, with the hash of the unit and never its key', () => {
  const book = new RecentBook(T0);
  book.note(recordOf(['purchase']));
  book.note(recordOf(['search'], { atMs: T0 + 1_000 }));
  expect(book.view(T0 + 1_000).newest).toEqual([
    { kind: 'outcome', atMs: T0 + 1_000, unit: '00000abc', sdk: 'sdk-node 1.0.0', event: 'search', value: 1 },
    { kind: 'outcome', atMs: T0, unit: '00000abc', sdk: 'sdk-node 1.0.0', event: 'purchase', value: 1 },
  ]);
});

test('a row that points nowhere is in no sample', () => {
  const record = recordOf(['purchase']);
  const { outcomes } = record.batch;
  const book = new RecentBook(T0);
  book.note({ ...record, batch: { ...record.batch, outcomes: { ...outcomes, event: [9] } } });
  expect(book.view(T0)).toMatchObject({ newest: [], events: [] });
});
