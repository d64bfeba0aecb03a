import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { buildFlag } from '@tidegate/testkit';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Client } from './index.ts';
import { type ClientOptions, createClient } from './index.ts';

const ANN = { targetingKey: 'ann' };
const SNAPSHOT = { protocol: 1, environment: 'default/production', revision: 1, flags: [buildFlag()], segments: [] };

let server: Server;
let url: string;
let directory: string;
let answer: RequestListener;
let batches: { body: unknown; encoding: string | undefined; bytes: number }[];
let clients: Client[];

beforeEach(async () => {
  batches = [];
  clients = [];
  answer = serveSnapshot;
  directory = await mkdtemp(join(tmpdir(), 'tidegate-sdk-'));
  // No socket.io here: every stream is refused, and the client lives from snapshots.
  server = createServer((request, response) => {
    if (request.url === '/sdk/v1/events') collect(request, response);
    else if (request.url === '/sdk/v1/snapshot') answer(request, response);
    else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  url = `http://127.0.0.1:${address.port}`;
});

afterEach(async () => {
  await Promise.all(clients.map((client) => client.close({ timeoutMs: 100 })));
  server.closeAllConnections();
  server.close();
  await rm(directory, { recursive: true });
});

const serveSnapshot: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' }).end(JSON.stringify(SNAPSHOT));
};

const collect: RequestListener = async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  const text = (encoding === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  batches.push({ body: JSON.parse(text), encoding, bytes: bytes.length });
  response.writeHead(200).end(JSON.stringify({ acknowledgedSeq: JSON.parse(text).seq }));
};

function clientOn(options: Partial<ClientOptions> = {}): Client {
  const logger = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const client = createClient({ url, key: 'tg_srv_key', logger, ...options });
  clients.push(client);
  return client;
}

test('flags come over HTTP, also where no stream can be had', async () => {
  const client = clientOn();
  expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  expect(client.variation('new-checkout', ANN, false)).toBe(true);
  expect(client.explain('new-checkout', ANN)?.steps.map(({ kind }) => kind)).toEqual([
    'enabled',
    'fallthrough',
    'serve',
  ]);
});

test('before the first rules there is nothing to explain', () => {
  expect(clientOn().explain('new-checkout', ANN)).toBeUndefined();
});

test('the key travels as a bearer token, and only to the configured address', async () => {
  const authorizations: (string | undefined)[] = [];
  answer = (request, response) => {
    authorizations.push(request.headers.authorization);
    response.writeHead(302, { location: `${url}/elsewhere` }).end();
  };
  const client = clientOn();
  const problem = new Promise<string>((resolve) => client.on('error', ({ message }) => resolve(message)));
  expect(await problem).toContain(`redirects to ${url}/elsewhere`);
  expect(authorizations).toEqual(['Bearer tg_srv_key']);
});

test.each<[string, RequestListener]>([
  ['an answer that is no HTTP', (request) => void request.socket.end('garbage\r\n\r\n')],
  [
    'a connection cut in the middle',
    (_, response) => void response.writeHead(200).write('{"proto', () => response.destroy()),
  ],
  ['a gzip bomb', (_, response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(BOMB)],
  ['HTML', (_, response) => void response.writeHead(502).end('<html>bad gateway</html>')],
])('%s is an error event, never an exception, and the client recovers', async (_, faulty) => {
  answer = faulty;
  const client = clientOn();
  await new Promise((resolve) => client.on('error', resolve));
  expect(client.variation('new-checkout', ANN, false)).toBe(false);
  answer = serveSnapshot;
  expect(await client.waitForInitialization({ timeoutMs: 10_000 })).toEqual({ source: 'server' });
});

/** 150 MB of zeros in 150 KB. */
const BOMB = gzipSync(Buffer.alloc(150_000_000));

test('the last flags are on disk for a process that starts while the server is down', async () => {
  const first = clientOn({ cacheDir: join(directory, 'made', 'when', 'missing') });
  await first.waitForInitialization();
  await first.close();
  answer = (_, response) => void response.writeHead(503).end();
  const second = clientOn({ cacheDir: join(directory, 'made', 'when', 'missing') });
  expect(await second.waitForInitialization()).toEqual({ source: 'cache' });
  expect(second.variationDetail('new-checkout', ANN, false)).toMatchObject({ value: true, reason: 'CACHED' });
});

test('the cache file is readable for its user alone, leaves no other files, and is ignored when damaged', async () => {
  const first = clientOn({ cacheDir: directory });
  await first.waitForInitialization();
  await first.close();
  const [file, ...others] = await readdir(directory);
  if (file === undefined) throw new Error('the cache was written');
  expect(others).toEqual([]);
  expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);

  const text = await readFile(join(directory, file), 'utf8');
  answer = (_, response) => void response.writeHead(503).end();
  for (const damaged of ['', text.slice(0, 100), text.replace('on', 'no')]) {
    await writeFile(join(directory, file), damaged);
    const client = clientOn({ cacheDir: directory });
    await expect(client.waitForInitialization({ timeoutMs: 300 })).rejects.toThrow('status 503');
  }
});

test('a cache directory that cannot be used costs a warning', async () => {
  await writeFile(join(directory, 'file'), '');
  const warnings: string[] = [];
  const logger = { info: () => undefined, warn: (line: string) => void warnings.push(line), error: () => undefined };
  const client = clientOn({ cacheDir: join(directory, 'file'), logger });
  expect(await client.waitForInitialization()).toEqual({ source: 'server' });
  await client.close();
  expect(warnings.join('\n')).toContain('tidegate: cache: Error: ENOTDIR');
});

test('close sends what was recorded, compressed when it is worth it', async () => {
  const client = clientOn();
  await client.waitForInitialization();
  client.track('paid', ANN, { value: 3 });
  expect(await client.flush()).toBe(true);
  for (let visit = 0; visit < 500; visit++) client.track('paid', { targetingKey: `user-${visit}` });
  expect(await client.close()).toBe(true);
  expect(batches.map(({ encoding }) => encoding)).toEqual([undefined, 'gzip']);
  expect(batches).toMatchObject([
    { body: { seq: 1, sdk: { name: '@tidegate/sdk-node' }, outcomes: { events: ['paid'], value: [3] } } },
    { body: { seq: 2, outcomes: { event: { length: 500 } } } },
  ]);
});

test('a client installs no handlers on the process', async () => {
  const before = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const client = clientOn();
  await client.waitForInitialization();
  client.track('paid', ANN);
  expect(process.eventNames().map((name) => [name, process.listenerCount(name)])).toEqual(before);
});
