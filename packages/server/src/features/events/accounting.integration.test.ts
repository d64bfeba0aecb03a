import { buildBatch } from '@tidegate/testkit';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type ManualPlatform, manualPlatform } from '../../manual-platform.fixture.ts';
import { openSqliteStorage } from '../../storage/sqlite/sqlite-storage.ts';
import type { Storage } from '../../storage/storage.ts';
import { Accountant } from './accountant.ts';
import { Accounting } from './accounting.ts';

const ENVIRONMENT = 'default/production';
const INSTANCE = '0b1f3c1e-2a63-4d33-9e1e-6a0b7f3c1e2a';

let errors: unknown[];
let platform: ManualPlatform;
let storage: Storage;
let seq: number;

beforeEach(async () => {
  errors = [];
  seq = 0;
  platform = manualPlatform((error) => errors.push(error));
  storage = openSqliteStorage({ file: ':memory:', nowMs: platform.nowMs });
  onTestFinished(() => storage.close());
  await storage.migrate();
  const described = { name: '', description: '', createdAtMs: 0, version: 1, projectKey: 'default' };
  await storage.createProject(described);
  await storage.createEnvironment({
    ...described,
    critical: false,
    environment: ENVIRONMENT,
    environmentKey: 'production',
  });
});

/** A process that accounts, over storage whose methods a test may make fail or wait. */
function nodeCalled(node: string, faults: Partial<Storage> = {}): Accounting {
  return new Accounting({ storage: { ...storage, ...faults }, platform, node, onError: (error) => errors.push(error) });
}

async function report(batches: number): Promise<void> {
  for (let n = 0; n < batches; n += 1) {
    seq += 1;
    const batch = buildBatch({ instance: INSTANCE, seq });
    const receivedAtMs = platform.nowMs();
    const body = JSON.stringify({ kind: 'batch', receivedAtMs, origin: 'server', batch });
    await storage.appendRecords([{ environment: ENVIRONMENT, body, receivedAtMs }]);
  }
}

/** What whoever takes over counts, from the last checkpoint and the rest of the log. */
async function countAnew(): Promise<number> {
  const lease = { name: 'nobody', holder: 'nobody', epoch: 1 };
  const successor = await Accountant.open({ storage, environment: ENVIRONMENT, lease, platform });
  await successor.readOn();
  return successor.health().batches;
}

test('every batch is counted once, over orderly stops and sudden ends', async () => {
  await report(3);
  const first = nodeCalled('a');
  await first.start();
  await report(2);
  await first.stop();
  const killed = nodeCalled('a');
  await killed.start();
  await report(4);
  await platform.advance(1_000);
  expect(killed.holding(ENVIRONMENT)?.accountant.health().batches).toBe(9);
  expect(await countAnew()).toBe(9);
});

test('of two processes that were given one name, one writes checkpoints, and no evidence is lost', async () => {
  const asleep = nodeCalled('twin');
  await asleep.start();
  await report(5);
  const holding = asleep.holding(ENVIRONMENT);
  await holding?.accountant.readOn();
  const awake = nodeCalled('twin');
  await awake.start();
  await report(5);
  await awake.stop();
  expect(await holding?.accountant.checkpoint('now')).toBe('lease-lost');
  expect(await countAnew()).toBe(10);
});

test('a lease is kept while a long log is read, so that two nodes do not take it from each other in turn', async () => {
  await report(3);
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const slow = nodeCalled('slow', { readRecords: (...args) => gate.then(() => storage.readRecords(...args)) });
  const started = slow.start();
  for (let n = 0; n < 30; n += 1) await platform.advance(1_000);
  const other = nodeCalled('other');
  await other.start();
  expect(other.held()).toEqual([]);
  open();
  await started;
  expect(slow.holding(ENVIRONMENT)?.accountant.health().batches).toBe(3);
  expect(errors).toEqual([]);
});

test('a checkpoint that cannot be written leaves the evidence where it is, and is tried again', async () => {
  let isFull = true;
  const accounting = nodeCalled('a', {
    saveCheckpoint: (...args) => (isFull ? Promise.reject(new Error('disk full')) : storage.saveCheckpoint(...args)),
  });
  await accounting.start();
  await report(2);
  for (let n = 0; n < 40; n += 1) await platform.advance(1_000);
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.length).toBeLessThan(5);
  expect(accounting.holding(ENVIRONMENT)?.accountant.health().batches).toBe(2);
  isFull = false;
  for (let n = 0; n < 40; n += 1) await platform.advance(1_000);
  expect(await storage.findCheckpoint(ENVIRONMENT)).toBeDefined();
  expect(await storage.readRecords(ENVIRONMENT, {}, 10)).toEqual([]);
});

test('a database that is away for a moment costs no replay', async () => {
  let isAway = false;
  const accounting = nodeCalled('a', {
    readRecords: (...args) => (isAway ? Promise.reject(new Error('away')) : storage.readRecords(...args)),
  });
  await accounting.start();
  const holding = accounting.holding(ENVIRONMENT);
  isAway = true;
  await report(2);
  await platform.advance(2_000);
  isAway = false;
  await platform.advance(2_000);
  expect(errors.length).toBeGreaterThan(0);
  expect(accounting.holding(ENVIRONMENT)).toBe(holding);
  expect(holding?.accountant.health().batches).toBe(2);
});

test('books that were left in the middle of a record are given up, and made anew from the log', async () => {
  await report(2);
  let poison = false;
  const accounting = nodeCalled('a', {
    readRecords: async (...args) => {
      const rows = await storage.readRecords(...args);
      return poison ? rows.map((row) => ({ ...row, body: '{' })) : rows;
    },
  });
  await accounting.start();
  poison = true;
  await report(1);
  await platform.advance(1_000);
  expect(accounting.held()).toEqual([]);
  poison = false;
  await platform.advance(4_000);
  expect(accounting.holding(ENVIRONMENT)?.accountant.health().batches).toBe(3);
});

test('an older checkpoint is never written over a newer one', async () => {
  const waiting: (() => void)[] = [];
  const accounting = nodeCalled('a', {
    saveCheckpoint: async (...args) => {
      await new Promise<void>((resolve) => waiting.push(resolve));
      return storage.saveCheckpoint(...args);
    },
  });
  await accounting.start();
  const accountant = accounting.holding(ENVIRONMENT)?.accountant;
  await report(2);
  await accountant?.readOn();
  const older = accountant?.checkpoint('now');
  await report(2);
  await accountant?.readOn();
  const newer = accountant?.checkpoint('now');
  await platform.settle();
  for (const write of waiting.splice(0).reverse()) write();
  await older;
  await platform.settle();
  for (const write of waiting.splice(0)) write();
  await newer;
  expect(await countAnew()).toBe(4);
});

test('a burst of wakes costs two reads, also while the first takes long', async () => {
  let open = () => {};
  let gate = Promise.resolve();
  let reads = 0;
  const accounting = nodeCalled('a', {
    readRecords: (...args) => {
      reads += 1;
      return gate.then(() => storage.readRecords(...args));
    },
  });
  await accounting.start();
  gate = new Promise((resolve) => {
    open = resolve;
  });
  reads = 0;
  for (let n = 0; n < 50; n += 1) {
    accounting.wake(ENVIRONMENT);
    await platform.advance(5);
  }
  open();
  await platform.settle();
  expect(reads).toBe(2);
});
