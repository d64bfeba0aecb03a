import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom, startPostgres, type TestPostgres } from '@tidegate/testkit';
import postgres from 'postgres';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { systemPlatform } from '../../platform.ts';
import { buildChange, buildRecords, createEnvironment, readAllRecords } from '../contract/builders.contract.ts';
import type { Storage } from '../storage.ts';
import { StorageUnavailableError } from '../storage-unavailable-error.ts';
import { type OpenPostgresStorageOptions, openPostgresStorage } from './postgres-storage.ts';

let server: TestPostgres;
let databaseCount = 0;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

const createDatabase = () => server.createDatabase(`faults_${++databaseCount}`);

async function openNode(options: OpenPostgresStorageOptions): Promise<Storage> {
  const storage = openPostgresStorage(options);
  onTestFinished(() => storage.close());
  await storage.migrate();
  return storage;
}

/** As the server does: what is unavailable is tried again, everything else is a bug. */
async function untilAvailable<T>(attempt: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StorageUnavailableError)) throw error;
      await delay(20);
    }
  }
}

test('what was acknowledged survives a killed PostgreSQL, and the nodes go on by themselves (seed 7)', async () => {
  const url = await createDatabase();
  const nodes = [await openNode({ url, node: 'node-1' }), await openNode({ url, node: 'node-2' })] as const;
  const environment = await createEnvironment(nodes[0]);
  let running = true;
  const report = async (node: Storage, name: string) => {
    let count = 0;
    for (; running; count++) {
      await untilAvailable(() => node.appendRecords(buildRecords(environment, `${name} ${count}`)));
    }
    return count;
  };
  const edit = async (node: Storage, key: string) => {
    let revision = 0;
    for (let round = 0; running; round++) {
      const change = buildChange(environment, { key, document: round, expectedRevision: revision });
      const outcome = await untilAvailable(() => node.appendChange(change));
      // A conflict is an answer too: the commit of the attempt before had reached the disk.
      if (outcome.kind === 'appended') revision = outcome.revision;
      if (outcome.kind === 'conflict') revision = outcome.currentRevision;
    }
    return { key, revision };
  };
  const work = {
    reports: Promise.all(nodes.flatMap((node, n) => ['a', 'b', 'c', 'd'].map((name) => report(node, `${n}${name}`)))),
    edits: Promise.all(nodes.map((node, n) => edit(node, `flag-${n}`))),
  };
  const random = seededRandom(7);
  for (let kill = 0; kill < 4; kill++) {
    await delay(random.int(50, 300));
    await server.kill9();
    await delay(random.int(0, 100));
    await server.restart();
  }
  await delay(100);
  running = false;
  const counts = await work.reports;
  const edits = await work.edits;

  const stored = await readAllRecords(nodes[0], environment);
  const storedOnce = new Set(stored);
  expect(storedOnce.size).toBe(counts.reduce((sum, count) => sum + count, 0));
  expect(Math.min(...counts)).toBeGreaterThan(4);
  const changes = await nodes[1].listChanges(environment, 0, 100_000);
  expect(changes.map((change) => change.revision)).toEqual(changes.map((_, index) => index + 1));
  for (const { key, revision } of edits) {
    expect(changes.findLast((change) => change.key === key)?.revision).toBe(revision);
  }
});

test('a database that is down is told from a bug, with the reason', async () => {
  const storage = openPostgresStorage({ url: 'postgres://postgres:none@127.0.0.1:1/none', node: 'node-1' });
  onTestFinished(() => storage.close());
  await expect(storage.ping()).rejects.toThrow(StorageUnavailableError);
  await expect(storage.ping()).rejects.toThrow(/ECONNREFUSED/);
});

test('a wrong password is told as such', async () => {
  const storage = openPostgresStorage({ url: server.url.replace(/:[^:@]+@/, ':wrong@'), node: 'node-1' });
  onTestFinished(() => storage.close());
  await expect(storage.ping()).rejects.toThrow(/password authentication failed/);
});

/** Forwards to PostgreSQL, until it swallows everything without a word: a network that lost its way. */
async function startProxy() {
  const sockets = new Set<Socket>();
  let swallowing = false;
  const proxy = createServer((client) => {
    const upstream = connect(server.port, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => swallowing || to.write(chunk));
      from.on('error', () => to.destroy()).on('close', () => to.destroy());
    }
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  const address = proxy.address();
  if (address === null || typeof address === 'string') throw new Error('the proxy has no port');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  });
  return {
    port: address.port,
    swallow: (value: boolean) => {
      swallowing = value;
    },
  };
}

test('a network that swallows everything costs a deadline, not the quarter of an hour that TCP waits', async () => {
  const proxy = await startProxy();
  const url = (await createDatabase()).replace(`:${server.port}/`, `:${proxy.port}/`);
  const storage = await openNode({ url, node: 'node-1', deadlineMs: 1_500 });
  const environment = await createEnvironment(storage);
  proxy.swallow(true);
  const attempts = [
    storage.ping(),
    storage.appendRecords(buildRecords(environment, 'a')),
    storage.appendChange(buildChange(environment)),
  ];
  await Promise.all(attempts.map((attempt) => expect(attempt).rejects.toThrow(/within 1500 ms/)));
  proxy.swallow(false);
  await untilAvailable(() => storage.appendRecords(buildRecords(environment, 'b')));
  expect(await readAllRecords(storage, environment)).toContain('b');
});

test('a process that stopped inside of a transaction does not hold the others for ever', async () => {
  const url = await createDatabase();
  const storage = await openNode({ url, node: 'node-1', deadlineMs: 700 });
  const environment = await createEnvironment(storage);
  const stopped = postgres(url, { max: 1 });
  onTestFinished(() => stopped.end({ timeout: 0 }));
  await stopped.unsafe(`BEGIN; SELECT 1 FROM environments FOR UPDATE`);
  await expect(storage.appendChange(buildChange(environment))).rejects.toThrow(StorageUnavailableError);
  await stopped.unsafe('COMMIT');
  expect(await storage.appendChange(buildChange(environment))).toMatchObject({ kind: 'appended' });
});

/** Resolves at the next wake-up for the environment. */
const nextWake = (storage: Storage, environment: string) =>
  new Promise<void>((resolve) => {
    const stop = storage.onChange((woken) => {
      if (woken !== environment) return;
      stop();
      resolve();
    });
  });

const countOfListeners = async (sql: postgres.Sql) =>
  (await sql`SELECT 1 FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`).length;

async function untilListening(sql: postgres.Sql): Promise<void> {
  while ((await countOfListeners(sql)) === 0) await delay(10);
}

test('a notification wakes the other nodes without any poll, also after its connection was lost', async () => {
  const url = await createDatabase();
  const writer = await openNode({ url, node: 'node-1' });
  const environment = await createEnvironment(writer);
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end({ timeout: 0 }));
  const neverPolls = { every: () => () => {}, after: systemPlatform().after };
  const reader = await openNode({ url, node: 'node-2', platform: neverPolls });
  // Listening anew looks once at all environments: what counts is a wake-up after that.
  let wakes = 0;
  reader.onChange(() => {
    wakes++;
  });
  for (const expectedRevision of [0, 1]) {
    const wakesBefore = wakes;
    await untilListening(sql);
    while (wakes === wakesBefore) await delay(10);
    const woken = nextWake(reader, environment);
    await writer.appendChange(buildChange(environment, { expectedRevision }));
    await woken;
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
    while ((await countOfListeners(sql)) > 0) await delay(10);
  }
});

test('a poll wakes listeners when notifications do not come', async () => {
  const url = await createDatabase();
  const writer = await openNode({ url, node: 'node-1' });
  const environment = await createEnvironment(writer);
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end({ timeout: 0 }));
  let poll: () => void | Promise<void> = () => {};
  const reader = await openNode({
    url,
    node: 'node-2',
    platform: {
      every: (_intervalMs, callback) => {
        poll = callback;
        return () => {};
      },
      // Never listens again once the connection is lost.
      after: () => () => {},
    },
  });
  await nextWake(reader, environment);
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
  while ((await countOfListeners(sql)) > 0) await delay(10);
  const woken = nextWake(reader, environment);
  await writer.appendChange(buildChange(environment));
  await poll();
  await woken;
});
