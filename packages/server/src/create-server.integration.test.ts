import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { type Beat, type Delta, type Hello, PROTOCOL_VERSION, type Resync, STREAM_PATH } from '@tidegate/protocol';
import { pino } from 'pino';
import { io, type Socket } from 'socket.io-client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createServer, type TidegateServer } from './create-server.ts';
import { type FirstKeys, setUpFirstEnvironment } from './features/environments/index.ts';
import { systemPlatform } from './platform.ts';
import { openSqliteStorage } from './storage/sqlite/sqlite-storage.ts';
import type { Storage } from './storage/storage.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const TEN_MEGABYTES = 10_000_000;

let storage: Storage;
let server: TidegateServer;
let keys: FirstKeys;
const sockets: Socket[] = [];

beforeEach(async () => {
  storage = openSqliteStorage({ file: ':memory:' });
  await storage.migrate();
  const platform = systemPlatform();
  const first = await setUpFirstEnvironment({ ...platform, storage });
  if (first === null) throw new Error('the storage was not empty');
  keys = first;
  const log = pino({ level: 'silent' });
  server = await createServer({ host: '127.0.0.1', port: 0, node: 'test', shutdownMs: 1_000, storage, platform, log });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.disconnect();
  await server.close();
  await storage.close();
});

describe('a snapshot', () => {
  test('holds every flag, once it is not archived, at the revision of the log', async () => {
    await createFlag({ key: 'new-checkout' });
    const { status, json } = await sdk('/sdk/v1/snapshot', keys.serverKey);
    expect(status).toBe(200);
    expect(json.flags.map((flag: { key: string }) => flag.key)).toEqual(['new-checkout']);
    expect(json.revision).toBe(await storage.currentRevision('default/production'));
  });

  test('answers 304 to whoever has it, and 200 again after a change', async () => {
    await createFlag({ key: 'new-checkout' });
    const { headers } = await sdk('/sdk/v1/snapshot', keys.serverKey);
    const known = { 'if-none-match': headers.get('etag') ?? '' };
    expect((await sdk('/sdk/v1/snapshot', keys.serverKey, { headers: known })).status).toBe(304);
    await createFlag({ key: 'new-search' });
    expect((await sdk('/sdk/v1/snapshot', keys.serverKey, { headers: known })).status).toBe(200);
  });

  test('travels compressed when it is large enough', async () => {
    for (let n = 0; n < 10; n += 1) await createFlag({ key: `flag-${n}` });
    const raw = await fetchRaw('/sdk/v1/snapshot', keys.serverKey);
    expect(raw.encoding).toBe('gzip');
    expect(JSON.parse(gunzipSync(raw.bytes).toString()).flags).toHaveLength(10);
  });

  test('for a browser has values without rules, rules where the flag says so, and nothing that is off', async () => {
    const condition = { attribute: 'email', operator: 'endsWith', values: ['@secret.example'] };
    const rules = [{ id: 'staff', condition, serve: { kind: 'variation', variation: 'on' } }];
    await createFlag({ key: 'hidden', rules });
    await createFlag({ key: 'as-value', clientSide: 'value', enabled: true, rules });
    await createFlag({ key: 'as-rules', clientSide: 'rules', enabled: true, rules });
    const { text, json } = await browserSnapshot({ targetingKey: 'u1', email: 'ann@secret.example' });
    const flags = new Map(json.flags.map((flag: { key: string }) => [flag.key, flag]));
    expect([...flags.keys()].sort()).toEqual(['as-rules', 'as-value']);
    expect(flags.get('as-value')).toMatchObject({
      rules: [],
      variations: [{ key: 'on', value: true }],
      fallthrough: { kind: 'evaluated', variation: 'on', reason: 'TARGETING_MATCH' },
    });
    expect(flags.get('as-rules')).toMatchObject({ rules });
    expect(text).not.toContain('hidden');
  });

  test('sends a rules flag as a value when it leans on a flag that may not be sent', async () => {
    await createFlag({ key: 'internal', enabled: true });
    const prerequisites = [{ flag: 'internal', variations: ['on'] }];
    await createFlag({ key: 'leaning', clientSide: 'rules', enabled: true, prerequisites });
    const { text, json } = await browserSnapshot({ targetingKey: 'u1' });
    expect(json.flags).toMatchObject([{ key: 'leaning', clientSide: 'value', prerequisites: [] }]);
    expect(text).not.toContain('internal');
  });
});

describe('the stream', () => {
  test('carries a change to server and browser, each in its own form', async () => {
    await createFlag({ key: 'new-checkout', clientSide: 'value' });
    const revision = await storage.currentRevision('default/production');
    const [onServer, onBrowser] = [connect(keys.serverKey, { revision }), connect(keys.browserKey, { revision })];
    await Promise.all([wordOf<Beat>(onServer, 'beat'), wordOf<Beat>(onBrowser, 'beat')]);
    const deltas = Promise.all([wordOf<Delta>(onServer, 'delta'), wordOf<Delta>(onBrowser, 'delta')]);
    await toggle('new-checkout', true);
    const [whole, value] = await deltas;
    expect(whole).toMatchObject({ fromRevision: revision, revision: revision + 1 });
    expect(whole.changes[0]).toMatchObject({ kind: 'flag', key: 'new-checkout', document: { enabled: true } });
    expect(whole.changes[0]?.document).toMatchObject({ fallthrough: { kind: 'variation' } });
    expect(value.changes[0]?.document).toMatchObject({ fallthrough: { kind: 'evaluated' } });
  });

  test('gives what was missed to a client that comes back', async () => {
    await createFlag({ key: 'new-checkout' });
    const revision = await storage.currentRevision('default/production');
    // Somebody must have asked before, or the server holds no deltas yet.
    await sdk('/sdk/v1/snapshot', keys.serverKey);
    await toggle('new-checkout', true);
    await toggle('new-checkout', false);
    const socket = connect(keys.serverKey, { revision });
    const deltas: Delta[] = [];
    socket.on('delta', (delta: Delta) => deltas.push(delta));
    await wordOf<Beat>(socket, 'beat');
    expect(deltas.map((delta) => [delta.fromRevision, delta.revision])).toEqual([
      [revision, revision + 1],
      [revision + 1, revision + 2],
    ]);
  });

  test('says resync to a client whose revision it cannot continue from', async () => {
    await createFlag({ key: 'new-checkout' });
    const ahead = connect(keys.serverKey, { revision: 1_000 });
    expect(await wordOf<Resync>(ahead, 'resync')).toMatchObject({
      revision: await storage.currentRevision('default/production'),
    });
  });

  test('refuses a wrong key, an operator key, and another protocol', async () => {
    for (const [key, hello] of [
      [`tg_srv_${'x'.repeat(43)}`, {}],
      [keys.operatorToken, {}],
      [keys.serverKey, { protocol: 99 }],
    ] as const) {
      const socket = connect(key, hello);
      const error = await new Promise<Error>((resolve) => socket.once('connect_error', resolve));
      expect(error.message).not.toBe('');
      expect(socket.connected).toBe(false);
    }
  });

  test('is closed when its key is revoked', { timeout: 30_000 }, async () => {
    const socket = connect(keys.serverKey, {});
    await wordOf<Beat>(socket, 'beat');
    const { items } = (await operator('GET', '/api/v1/keys')).json;
    const id = items.find((key: { kind: string }) => key.kind === 'server').id;
    const closed = new Promise((resolve) => socket.once('disconnect', resolve));
    expect((await operator('DELETE', `/api/v1/keys/${id}`)).status).toBeLessThan(300);
    expect(await closed).toBe('io server disconnect');
  });

  test('counts who has applied a revision', async () => {
    await createFlag({ key: 'new-checkout' });
    const revision = await storage.currentRevision('default/production');
    const socket = connect(keys.serverKey, { revision: 0 });
    await wordOf<Beat>(socket, 'beat');
    socket.emit('applied', { revision });
    await expect
      .poll(async () => (await operator('GET', `${ENVIRONMENT}/connections`)).json.items)
      .toMatchObject([{ appliedRevision: revision, keyKind: 'server' }]);
  });
});

describe('an event batch', () => {
  test('is acknowledged, and counted once however often it comes', async () => {
    const batch = emptyBatch();
    for (let n = 0; n < 3; n += 1) {
      const { status, json } = await sendBatch(JSON.stringify(batch));
      expect([status, json]).toEqual([200, { acknowledgedSeq: 1 }]);
    }
    await expect
      .poll(async () => (await operator('GET', `${ENVIRONMENT}/evidence`)).json)
      .toMatchObject({ batches: 1, duplicateBatches: 2 });
    const { status, json } = await operator('GET', `${ENVIRONMENT}/recent-events`);
    expect([status, json.minutes, json.sdks]).toMatchObject([200, [{ batches: 1 }], [{ batches: 1 }]]);
  });

  test.each([
    ['is not JSON', '{"protocol":1', 400, 'malformed-json'],
    ['has an unknown field', JSON.stringify({ ...emptyBatch(), extra: 1 }), 400, 'invalid-request'],
    [
      'has a __proto__ field',
      JSON.stringify(emptyBatch()).replace('{', '{"__proto__":{"polluted":1},'),
      400,
      'invalid-request',
    ],
    ['has wrong types', JSON.stringify({ ...emptyBatch(), seq: 'one' }), 400, 'invalid-request'],
    [
      'has columns of two lengths',
      JSON.stringify({ ...emptyBatch(), units: { h0: [1], h1: [] } }),
      400,
      'invalid-request',
    ],
    ['speaks another protocol', JSON.stringify({ ...emptyBatch(), protocol: 2 }), 400, 'unsupported-protocol'],
    ['is larger than the limit', `"${'x'.repeat(TEN_MEGABYTES)}"`, 413, 'body-too-large'],
  ])('that %s is refused with its code, and the server goes on', async (_, body, status, code) => {
    const refused = await sendBatch(body);
    expect([refused.status, refused.json.code]).toEqual([status, code]);
    expect(Object.prototype).not.toHaveProperty('polluted');
    expect((await sendBatch(JSON.stringify(emptyBatch()))).status).toBe(200);
  });

  test('that points outside its dictionaries is refused', async () => {
    const outcomes = { events: ['a'], event: [7], unit: [0], value: [1], ageMs: [0] };
    const batch = { ...emptyBatch(), units: { h0: [1], h1: [1] }, outcomes };
    expect((await sendBatch(JSON.stringify(batch))).json.code).toBe('invalid-request');
  });
});

describe('keys are kept apart', () => {
  test.each([
    ['a browser key reads no rules', 'GET', '/sdk/v1/snapshot', () => keys.browserKey, 403],
    ['an operator is no SDK', 'GET', '/sdk/v1/snapshot', () => keys.operatorToken, 403],
    ['a wrong key is nobody', 'GET', '/sdk/v1/snapshot', () => `tg_srv_${'x'.repeat(43)}`, 401],
    ['a server key is no operator', 'GET', `${ENVIRONMENT}/flags`, () => keys.serverKey, 403],
    ['a browser key is no operator', 'GET', `${ENVIRONMENT}/flags`, () => keys.browserKey, 403],
  ])('%s', async (_, method, path, key, status) => {
    expect((await sdk(path, key(), { method })).status).toBe(status);
  });
});

describe('a rollout through the API', () => {
  test('starts, is paused, resumed, promoted and aborted, and the flag serves what it should', async () => {
    await createFlag({ key: 'new-checkout', enabled: true });
    const plan = { flagKey: 'new-checkout', treatment: 'on', control: 'off' };
    const { status, json: started } = await operator('POST', `${ENVIRONMENT}/rollouts`, plan);
    expect([status, started.state.kind, started.treatmentPpm]).toEqual([201, 'progressing', 50_000]);
    const command = async (verb: string) =>
      (await operator('POST', `${ENVIRONMENT}/rollouts/${started.id}/${verb}`, { reason: 'a test' })).json;
    expect((await command('pause')).state.kind).toBe('paused');
    expect((await command('resume')).state.kind).toBe('progressing');
    expect(await command('promote')).toMatchObject({ treatmentPpm: 250_000 });
    expect(await command('abort')).toMatchObject({ treatmentPpm: 0 });
    expect((await command('promote')).code).toMatch(/rollout-not-active|command-refused/);
    await expect
      .poll(async () => (await operator('GET', `${ENVIRONMENT}/rollouts/${started.id}`)).json.state.kind)
      .toBe('rolledBack');
    const { items } = (await operator('GET', `${ENVIRONMENT}/rollouts/${started.id}/decisions`)).json;
    const kinds = items.map((row: { kind: string }) => row.kind).reverse();
    expect(kinds).toEqual(['start', 'pause', 'resume', 'advance', 'kill', 'confirm']);
  });

  test('refuses what cannot be started, with the code that says why', async () => {
    await createFlag({ key: 'new-checkout', enabled: true });
    const plan = { flagKey: 'new-checkout', treatment: 'on', control: 'off' };
    const start = async (changes: object) =>
      (await operator('POST', `${ENVIRONMENT}/rollouts`, { ...plan, ...changes })).json.code;
    expect(await start({ flagKey: 'nowhere' })).toBe('not-found');
    expect(await start({ treatment: 'purple' })).toBe('unknown-variation');
    expect(await start({ rule: 'nobody' })).toBe('unknown-rule');
    expect(await start({ treatment: 'off', control: 'on' })).toBe('rule-does-not-serve-control');
    expect(await start({ guards: [{ metric: 'nothing' }] })).toBe('unknown-metric');
    expect(await start({ stages: [{ treatmentPpm: 500_000 }] })).toBe('invalid-stages');
    expect(await start({ surprise: true })).toBe('invalid-request');
    expect(await start({})).toBeUndefined();
    expect(await start({})).toBe('rule-owned-by-rollout');
  });
});

async function createFlag(flag: object): Promise<void> {
  const { status, json } = await operator('POST', `${ENVIRONMENT}/flags`, flag);
  expect([status, json.code]).toEqual([201, undefined]);
}

async function toggle(key: string, enabled: boolean): Promise<void> {
  const { headers } = await operator('GET', `${ENVIRONMENT}/flags/${key}`);
  const match = { 'if-match': headers.get('etag') ?? '' };
  expect((await operator('POST', `${ENVIRONMENT}/flags/${key}/toggle`, { enabled }, match)).status).toBe(200);
}

function operator(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  return sdk(path, keys.operatorToken, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

function browserSnapshot(context: object) {
  return sdk('/sdk/v1/snapshot', keys.browserKey, { method: 'POST', body: JSON.stringify({ context }) });
}

function sendBatch(body: string) {
  return sdk('/sdk/v1/events', keys.serverKey, { method: 'POST', body });
}

async function sdk(path: string, key: string, init: RequestInit = {}) {
  const response = await fetch(`${server.url}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${key}`, ...init.headers },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: text.startsWith('{') ? JSON.parse(text) : null,
  };
}

/** `fetch` decompresses unasked; this shows the bytes that travelled. */
async function fetchRaw(path: string, key: string): Promise<{ encoding: string | undefined; bytes: Buffer }> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, 'accept-encoding': 'gzip' };
    request(`${server.url}${path}`, { headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ encoding: response.headers['content-encoding'], bytes: Buffer.concat(chunks) }),
      );
    })
      .on('error', reject)
      .end();
  });
}

function connect(key: string, hello: Partial<Hello>): Socket {
  const auth: Hello = {
    key,
    protocol: PROTOCOL_VERSION,
    sdk: { name: 'test', version: '0' },
    instance: randomUUID(),
    revision: 0,
    ...hello,
  };
  const socket = io(server.url, {
    path: STREAM_PATH,
    transports: ['websocket'],
    auth,
    forceNew: true,
    reconnection: false,
  });
  sockets.push(socket);
  return socket;
}

function wordOf<Payload>(socket: Socket, word: string): Promise<Payload> {
  return new Promise((resolve) => socket.once(word, resolve));
}

function emptyBatch() {
  return {
    protocol: PROTOCOL_VERSION,
    instance: '0b1f3c1e-2a63-4d33-9e1e-6a0b7f3c1e2a',
    seq: 1,
    sentAtMs: 0,
    sdk: { name: 'test', version: '0' },
    units: { h0: [], h1: [] },
    exposures: { rolloutIds: [], rollout: [], epoch: [], stage: [], arm: [], unit: [], ageMs: [] },
    outcomes: { events: [], event: [], unit: [], value: [], ageMs: [] },
    counters: { flags: [], variations: [], flag: [], variation: [], count: [] },
    dropped: { exposures: 0, outcomes: 0 },
  };
}
