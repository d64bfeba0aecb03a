import type { EventBatch } from '@tidegate/analysis';
import { MISSING_FLAG } from '@tidegate/protocol';
import { buildBatch } from '@tidegate/testkit';
import request from 'supertest';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { BASE, ENVIRONMENT, openRestApi, type RestApi } from '../../rest-api.fixture.ts';
import type { Storage } from '../../storage/storage.ts';
import { Accounting } from '../events/index.ts';

const DAY_MS = 86_400_000;
let platform: ManualPlatform;
let api: RestApi;
let seq: number;

beforeEach(async () => {
  seq = 0;
  platform = manualPlatform(throwing);
  api = await openRestApi({ nowMs: platform.nowMs });
  onTestFinished(() => api.close());
  await send('post', `${BASE}/flags`).send({ key: 'new-checkout' }).expect(201);
});

function throwing(error: unknown): void {
  throw error;
}

const send = (method: 'get' | 'post' | 'patch', path: string) =>
  request(api.app)[method](path).set('authorization', `Bearer ${api.keys.admin}`);
const get = async (path: string) => (await send('get', `${BASE}/${path}`).expect(200)).body;

type Counted = Readonly<Record<string, Readonly<Record<string, number>>>>;

function batchOf(counted: Counted): EventBatch {
  const rows = Object.entries(counted).flatMap(([flag, counts]) =>
    Object.entries(counts).map(([variation, count]) => ({ flag, variation, count })),
  );
  const counters = {
    flags: rows.map((row) => row.flag),
    variations: rows.map((row) => row.variation),
    flag: rows.map((_, index) => index),
    variation: rows.map((_, index) => index),
    count: rows.map((row) => row.count),
  };
  seq += 1;
  return { ...buildBatch({ seq }), sdk: { name: 'node', version: '1.2.0' }, counters };
}

async function append(batch: EventBatch): Promise<void> {
  const receivedAtMs = platform.nowMs();
  const body = JSON.stringify({ kind: 'batch', receivedAtMs, origin: 'server', batch });
  await api.storage.appendRecords([{ environment: ENVIRONMENT, body, receivedAtMs }]);
}

const report = (counted: Counted) => append(batchOf(counted));

/** A process that accounts until it is stopped in order, or not at all. */
async function startAccounting(faults: Partial<Storage> = {}): Promise<Accounting> {
  const storage = { ...api.storage, ...faults };
  const accounting = new Accounting({ storage, platform, node: 'test', onError: throwing });
  await accounting.start();
  return accounting;
}

async function account(): Promise<void> {
  await (await startAccounting()).stop();
}

describe('the usage of a flag', () => {
  test('tells what was served, on which day, and to whom', async () => {
    expect(await get('flags/new-checkout/usage')).toEqual({ flagKey: 'new-checkout', variations: [], sdks: [] });
    await report({ 'new-checkout': { on: 3, off: 1 } });
    await account();
    const atMs = platform.nowMs();
    const counts = { firstAtMs: atMs, lastAtMs: atMs };
    expect(await get('flags/new-checkout/usage')).toEqual({
      flagKey: 'new-checkout',
      variations: [
        { variation: 'on', ...counts, days: [{ date: '1970-01-01', count: 3 }] },
        { variation: 'off', ...counts, days: [{ date: '1970-01-01', count: 1 }] },
      ],
      sdks: [{ name: 'node', version: '1.2.0', keyKind: 'server', lastAtMs: atMs, lastMissingAtMs: null }],
    });
  });

  test('counts each batch once, through repeats, orderly stops, and ends without a checkpoint', async () => {
    const first = batchOf({ 'new-checkout': { on: 1 } });
    await append(first);
    await append(first);
    await account();
    await report({ 'new-checkout': { on: 10 } });
    const killed = await startAccounting();
    await killed.holding(ENVIRONMENT)?.accountant.readOn();
    await append(first);
    await report({ 'new-checkout': { on: 100 } });
    await account();
    const { variations } = await get('flags/new-checkout/usage');
    expect(variations[0].days).toEqual([{ date: '1970-01-01', count: 111 }]);
  });

  test('is not lost with a checkpoint that could not be written', async () => {
    let attempts = 0;
    const errors: unknown[] = [];
    const saveCheckpoint: Storage['saveCheckpoint'] = (...args) => {
      attempts += 1;
      return attempts === 1 ? Promise.reject(new Error('disk full')) : api.storage.saveCheckpoint(...args);
    };
    const storage = { ...api.storage, saveCheckpoint };
    const accounting = new Accounting({ storage, platform, node: 'test', onError: (error) => errors.push(error) });
    await accounting.start();
    await report({ 'new-checkout': { on: 7 } });
    const accountant = accounting.holding(ENVIRONMENT)?.accountant;
    await accountant?.readOn();
    await expect(accountant?.checkpoint('now')).rejects.toThrow('disk full');
    await accounting.stop();
    expect(errors).toEqual([]);
    expect((await get('flags/new-checkout/usage')).variations).toMatchObject([{ days: [{ count: 7 }] }]);
  });

  test('has what was counted before the accountant heard of the flag', async () => {
    const accounting = await startAccounting();
    await send('post', `${BASE}/flags`).send({ key: 'brand-new' }).expect(201);
    await report({ 'brand-new': { on: 2 } });
    await accounting.stop();
    expect((await get('flags/brand-new/usage')).variations).toMatchObject([{ variation: 'on', days: [{ count: 2 }] }]);
  });

  test('is told of keys without a flag too, which are listed by themselves', async () => {
    await send('get', `${BASE}/flags/new-chekcout/usage`).expect(404);
    await report({ 'new-chekcout': { [MISSING_FLAG]: 4 }, 'new-checkout': { on: 1 } });
    await account();
    const usage = await get('flags/new-chekcout/usage');
    expect(usage.variations).toMatchObject([{ variation: MISSING_FLAG, days: [{ count: 4 }] }]);
    expect(await get('unknown-flags')).toEqual({ items: [usage], next: null });
  });
});

describe('stale flags', () => {
  test('are listed by key with why, page by page', async () => {
    const nowMs = platform.nowMs();
    await send('post', `${BASE}/flags`).send({ key: 'a-expired', expiresAtMs: nowMs, owner: 'Ann' }).expect(201);
    await send('post', `${BASE}/flags`).send({ key: 'z-expired', expiresAtMs: 0 }).expect(201);
    expect(await get('stale-flags?limit=2')).toEqual({
      items: [
        {
          flagKey: 'a-expired',
          owner: 'Ann',
          temporary: false,
          archived: false,
          updatedAtMs: nowMs,
          findings: [{ criterion: 'expired', expiresAtMs: nowMs }],
        },
      ],
      next: 'new-checkout',
    });
    expect(await get('stale-flags?limit=2&after=new-checkout')).toMatchObject({
      items: [{ flagKey: 'z-expired' }],
      next: null,
    });
  });

  test('are those that nobody asks for any more, after the time that was asked about', async () => {
    await report({ 'new-checkout': { on: 1 } });
    await account();
    await platform.advance(8 * DAY_MS);
    expect((await get('stale-flags')).items).toEqual([]);
    expect((await get('stale-flags?days=7')).items).toMatchObject([
      { flagKey: 'new-checkout', findings: [{ criterion: 'not-evaluated' }] },
    ]);
    await send('get', `${BASE}/stale-flags?days=0`).expect(400);
  });

  test('are not those that other flags ask, of which SDKs report nothing', async () => {
    const prerequisites = [{ flag: 'new-checkout', variations: ['on'] }];
    await send('post', `${BASE}/flags`).send({ key: 'leaf', prerequisites }).expect(201);
    await report({ leaf: { on: 1 } });
    await account();
    await platform.advance(40 * DAY_MS);
    const { items } = await get('stale-flags');
    expect(items.map((flag: { flagKey: string }) => flag.flagKey)).toEqual(['leaf']);
  });

  test('are archived ones that applications still ask for, with the SDKs that do', async () => {
    const { revision } = await get('flags/new-checkout');
    const archive = send('post', `${BASE}/flags/new-checkout/archive`).set('if-match', `"${revision}"`);
    await archive.send({}).expect(200);
    await platform.advance(DAY_MS);
    await report({ 'new-checkout': { [MISSING_FLAG]: 5 } });
    await account();
    expect((await get('stale-flags')).items).toMatchObject([
      {
        flagKey: 'new-checkout',
        archived: true,
        findings: [{ criterion: 'archived-in-use', sdks: [{ name: 'node', version: '1.2.0' }] }],
      },
    ]);
  });
});
