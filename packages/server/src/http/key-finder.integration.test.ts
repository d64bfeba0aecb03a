import { randomBytes, randomUUID } from 'node:crypto';
import { manualClock } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteStorage } from '../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../storage/storage.ts';
import { hashKey } from './hash-key.ts';
import { createKeyFinder, KEY_REMEMBERED_MS, type KeyFinder } from './key-finder.ts';

const clock = manualClock(1_700_000_000_000);
let storage: Storage;
let findKey: KeyFinder;

beforeEach(async () => {
  storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  findKey = createKeyFinder({ storage, nowMs: clock.nowMs });
});
afterEach(() => storage.close());

const newKey = () => `tg_op_${randomBytes(32).toString('base64url')}`;

async function storeKey(key = newKey()) {
  const id = randomUUID();
  const named = { id, name: 'ann', kind: 'operator', role: 'admin', environment: null } as const;
  await storage.createKey({ ...named, hash: hashKey(key), hint: '', createdAtMs: 0, revokedAtMs: null });
  return { id, key };
}

test('a key is found by its Authorization header', async () => {
  const { id, key } = await storeKey();
  expect(await findKey(`Bearer ${key}`)).toMatchObject({ id, name: 'ann' });
  expect(await findKey(`bearer  ${key}`)).toMatchObject({ id });
});

test('what is missing, malformed, unknown or close to a key finds nothing', async () => {
  const { key } = await storeKey();
  const wrong = [
    undefined,
    '',
    'Bearer',
    key,
    `Basic ${key}`,
    `Bearer ${newKey()}`,
    `Bearer ${key}x`,
    `Bearer ${key} x`,
  ];
  for (const authorization of [...wrong, `Bearer ${key.slice(0, -1)}`]) {
    expect(await findKey(authorization)).toBeUndefined();
  }
});

test('a revoked key stops working, at the latest when it is no longer remembered', async () => {
  const { id, key } = await storeKey();
  await findKey(`Bearer ${key}`);
  await storage.revokeKey(id, clock.nowMs());
  clock.advance(KEY_REMEMBERED_MS);
  expect(await findKey(`Bearer ${key}`)).toBeUndefined();
});

test('a key that is created after it was asked for works at once', async () => {
  const key = newKey();
  expect(await findKey(`Bearer ${key}`)).toBeUndefined();
  const { id } = await storeKey(key);
  expect(await findKey(`Bearer ${key}`)).toMatchObject({ id });
});
