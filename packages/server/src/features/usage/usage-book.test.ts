import { MISSING_FLAG, USAGE_DAYS_MAX } from '@tidegate/protocol';
import { buildBatch } from '@tidegate/testkit';
import { expect, test } from 'vitest';
import { dayOf } from './daily-counts.ts';
import { usageOf } from './flag-usage.ts';
import { type BatchRecord, type DeclaredFlag, SDKS_MAX, STRANGERS_MAX, UsageBook } from './usage-book.ts';

const DAY_MS = 86_400_000;
const T0 = 20_000 * DAY_MS;
const FLAG: DeclaredFlag = { key: 'new-checkout', variations: [{ key: 'off' }, { key: 'on' }] };

type Row = readonly [flag: string, variation: string, count: number];

function batchOf(
  rows: readonly Row[],
  parts: { atMs?: number; version?: string; origin?: 'browser' } = {},
): BatchRecord {
  const flags = [...new Set(rows.map(([flag]) => flag))];
  const variations = [...new Set(rows.map(([, variation]) => variation))];
  const counters = {
    flags,
    variations,
    flag: rows.map(([flag]) => flags.indexOf(flag)),
    variation: rows.map(([, variation]) => variations.indexOf(variation)),
    count: rows.map(([, , count]) => count),
  };
  const sdk = { name: 'node', version: parts.version ?? '0.1.0' };
  const { atMs = T0, origin = 'server' } = parts;
  return { kind: 'batch', receivedAtMs: atMs, origin, batch: { ...buildBatch({}), sdk, counters } };
}

const bookOf = (...flags: DeclaredFlag[]) => new UsageBook([], flags);
const savedUsage = (book: UsageBook) => book.takeChanges(T0).saved.map(usageOf);
const savedKeys = (book: UsageBook, nowMs = T0) => book.takeChanges(nowMs).saved.map((row) => row.flagKey);

test('evaluations are counted per variation and day, with the first and the last instant', () => {
  const book = bookOf(FLAG);
  book.count(batchOf([['new-checkout', 'on', 3]]));
  book.count(batchOf([['new-checkout', 'on', 2]], { atMs: T0 + 1_000 }));
  book.count(batchOf([['new-checkout', 'off', 1]], { atMs: T0 + DAY_MS }));
  // Another node's record, which was read a moment later.
  book.count(batchOf([['new-checkout', 'on', 4]], { atMs: T0 + DAY_MS }));
  book.count(batchOf([['new-checkout', 'on', 1]], { atMs: T0 + DAY_MS - 1 }));
  const day = dayOf(T0);
  const on = { variation: 'on', firstAtMs: T0, lastAtMs: T0 + DAY_MS };
  const off = { variation: 'off', firstAtMs: T0 + DAY_MS, lastAtMs: T0 + DAY_MS };
  expect(book.takeChanges(T0).saved).toEqual([
    {
      flagKey: 'new-checkout',
      firstAtMs: T0,
      usage: {
        variations: [
          { ...on, days: { lastDay: day + 1, counts: [6, 4] } },
          { ...off, days: { lastDay: day + 1, counts: [1] } },
        ],
        sdks: [{ name: 'node', version: '0.1.0', keyKind: 'server', lastAtMs: T0 + DAY_MS, lastMissingAtMs: null }],
      },
    },
  ]);
});

test('what was saved is what the next holder of the books goes on from', () => {
  const first = bookOf(FLAG);
  first.count(batchOf([['new-checkout', 'on', 3]]));
  const second = new UsageBook(structuredClone(first.takeChanges(T0).saved), [FLAG]);
  expect(savedKeys(second)).toEqual([]);
  for (const book of [first, second]) book.count(batchOf([['new-checkout', 'on', 1]]));
  expect(second.takeChanges(T0)).toEqual(first.takeChanges(T0));
});

test('what is being saved stays as it was, whatever is counted meanwhile', () => {
  const book = bookOf(FLAG);
  book.count(batchOf([['new-checkout', 'on', 3]]));
  const changes = book.takeChanges(T0);
  const before = structuredClone(changes);
  book.count(batchOf([['new-checkout', 'on', 1]], { atMs: T0 + 1 }));
  expect(changes).toEqual(before);
});

test('what could not be saved is saved the next time', () => {
  const book = bookOf(FLAG);
  book.count(batchOf([['new-checkout', 'on', 3]]));
  const changes = book.takeChanges(T0);
  expect(savedKeys(book)).toEqual([]);
  book.restore(changes);
  expect(book.takeChanges(T0)).toEqual(changes);
});

test('of many changes those that waited for longest are saved first, and none is left out', () => {
  const flags = ['a', 'b', 'c'].map((key) => ({ ...FLAG, key }));
  const book = bookOf(...flags);
  const countAll = () => book.count(batchOf(flags.map(({ key }) => [key, 'on', 1])));
  const take = () => book.takeChanges(T0, 2).saved.map((row) => row.flagKey);
  countAll();
  expect(take()).toEqual(['a', 'b']);
  countAll();
  expect(take()).toEqual(['c', 'a']);
  expect(take()).toEqual(['b']);
  expect(take()).toEqual([]);
});

test('days are kept for a bounded time, and the first and last instants for good', () => {
  const book = bookOf(FLAG);
  for (let day = 0; day < 3 * USAGE_DAYS_MAX; day += 1) {
    book.count(batchOf([['new-checkout', 'on', 1]], { atMs: T0 + day * DAY_MS }));
  }
  const [on] = savedUsage(book).flatMap((usage) => usage.variations);
  expect(on?.firstAtMs).toBe(T0);
  expect(on?.days.counts).toHaveLength(USAGE_DAYS_MAX);
});

test('asks for a key without a flag are counted, and whoever asked is told', () => {
  const book = bookOf(FLAG);
  book.count(batchOf([['new-chekcout', MISSING_FLAG, 7]], { version: '0.0.9' }));
  expect(book.takeChanges(T0).saved).toMatchObject([
    {
      flagKey: 'new-chekcout',
      usage: { variations: [{ variation: MISSING_FLAG }], sdks: [{ version: '0.0.9', lastMissingAtMs: T0 }] },
    },
  ]);
});

test('typos cannot fill the table, and make room again when nobody asks for them any more', () => {
  const book = bookOf(FLAG);
  const typos = Array.from({ length: 2 * STRANGERS_MAX }, (_, n): Row => [`typo-${n}`, MISSING_FLAG, 1]);
  book.count(batchOf([...typos, ['new-checkout', 'on', 1]], { origin: 'browser' }));
  expect(savedKeys(book)).toHaveLength(STRANGERS_MAX + 1);
  expect(book.takeChanges(T0 + 31 * DAY_MS).forgotten).toHaveLength(STRANGERS_MAX);
  book.count(batchOf([['another', MISSING_FLAG, 1]], { atMs: T0 + 31 * DAY_MS }));
  expect(savedKeys(book)).toEqual(['another']);
});

test.each(['', 'two words', '__proto__', 'a\u0000b'])(
  'what cannot be a key, like %j, is no flag that is missed',
  (key) => {
    const book = bookOf(FLAG);
    book.count(batchOf([[key, MISSING_FLAG, 1]]));
    expect(savedKeys(book)).toEqual([]);
  },
);

test('variations that a flag does not have are not kept, however many somebody makes up', () => {
  const book = bookOf(FLAG);
  const rows = Array.from({ length: 5_000 }, (_, n): Row => ['new-checkout', `forged-${n}`, 1]);
  book.count(batchOf([...rows, ['new-checkout', 'on', 1]], { origin: 'browser' }));
  const [row] = book.takeChanges(T0).saved;
  expect(row?.usage).toMatchObject({ variations: [{ variation: 'on' }] });
});

test('a flag that is declared after its first evaluations has them', () => {
  const book = bookOf();
  book.count(batchOf([['new-checkout', 'on', 5]]));
  book.declare([FLAG]);
  expect(book.takeChanges(T0).saved).toMatchObject([{ usage: { variations: [{ variation: 'on' }] } }]);
  const typos = Array.from({ length: STRANGERS_MAX }, (_, n): Row => [`typo-${n}`, MISSING_FLAG, 1]);
  book.count(batchOf(typos));
  expect(savedKeys(book)).toHaveLength(STRANGERS_MAX);
});

test('of many SDKs the ones that asked last are kept', () => {
  const book = bookOf(FLAG);
  for (let n = 0; n < 3 * SDKS_MAX; n += 1) {
    book.count(batchOf([['new-checkout', 'on', 1]], { atMs: T0 + n, version: `1.${n}.0` }));
  }
  const sdks = savedUsage(book).flatMap((usage) => usage.sdks);
  expect(sdks).toHaveLength(SDKS_MAX);
  expect(Math.min(...sdks.map((sdk) => sdk.lastAtMs))).toBe(T0 + 2 * SDKS_MAX);
});
