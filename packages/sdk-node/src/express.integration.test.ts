import { request as sendHttp } from 'node:http';
import { buildFlag, type InMemoryWire, type ScriptedServer, startScriptedServer } from '@tidegate/testkit';
import express, { type Express, type Response } from 'express';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { signOverrides, tidegate } from './express.ts';
import { type Client, createClient } from './index.ts';

const ROLLOUT = buildFlag({
  fallthrough: {
    kind: 'rollout',
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 1_000_000,
  },
});

type EventBatch = InMemoryWire['batches'][number];

let flags: ScriptedServer;
let client: Client;
let app: Express;

beforeEach(async () => {
  flags = await startScriptedServer();
  flags.on('GET /sdk/v1/snapshot', {
    body: {
      protocol: 1,
      environment: 'default/production',
      revision: 1,
      flags: [ROLLOUT, buildFlag({ key: 'plain' })],
      segments: [],
    },
  });
  flags.on('POST /sdk/v1/events', { body: { acknowledgedSeq: 1_000 } });
  client = createClient({ url: flags.url, key: 'tg_srv_key' });
  await client.waitForInitialization();
  app = express();
  app.use(tidegate(client, { context: (req) => ({ targetingKey: req.get('x-user') ?? 'nobody' }) }));
});

afterEach(async () => {
  await client.close({ timeoutMs: 100 });
  await flags.close();
});

/** What the SDK reported, by event name; counters by flag. */
async function reported() {
  await client.flush();
  const batches = flags.seen.filter(({ url }) => url === '/sdk/v1/events').map(({ body }) => body as EventBatch);
  return {
    events: batches.flatMap(({ outcomes }) => outcomes.event.map((index) => outcomes.events[index])),
    counts: batches.flatMap(({ counters }) => counters.count),
    exposureCount: batches.flatMap(({ exposures }) => exposures.unit).length,
  };
}

test('flags are evaluated for the context of the request', async () => {
  app.get('/', (req, res) => void res.json([req.tidegate.variation('new-checkout', false), req.tidegate.context]));
  const { body } = await request(app).get('/').set('x-user', 'ann');
  expect(body).toEqual([true, { targetingKey: 'ann' }]);
});

test('a request under a rollout reports how long it took, once', async () => {
  app.get('/', (req, res) => {
    req.tidegate.variation('new-checkout', false);
    req.tidegate.variation('new-checkout', false);
    res.send('ok');
  });
  await request(app).get('/');
  expect(await reported()).toEqual({ events: ['$duration:new-checkout'], counts: [2], exposureCount: 1 });
});

test.each<[string, (res: Response) => void]>([
  ['answers 500', (res) => void res.status(503).send('no')],
  [
    'throws',
    () => {
      throw Object.assign(new Error('broken'), { status: 500 });
    },
  ],
  [
    'rejects',
    (res) => {
      res.locals['failure'] = true;
    },
  ],
])('a request that %s is an error of the flags it asked for', async (_, respond) => {
  app.get('/', async (req, res) => {
    req.tidegate.variation('new-checkout', false);
    respond(res);
    if (res.locals['failure'] === true) throw new Error('late');
  });
  app.use(((_error, _req, res, _next) => void res.status(500).end()) satisfies express.ErrorRequestHandler);
  await request(app).get('/');
  expect((await reported()).events).toEqual(['$duration:new-checkout', '$error:new-checkout']);
});

test('a request that is the visitor’s own mistake is no error of the flag', async () => {
  app.get('/', (req, res) => {
    req.tidegate.variation('new-checkout', false);
    res.status(404).end();
  });
  await request(app).get('/');
  expect((await reported()).events).toEqual(['$duration:new-checkout']);
});

test('a visitor who leaves early makes a duration and no error', async () => {
  const left = new Promise<void>((resolve) => {
    app.get('/', (req, res) => {
      req.tidegate.variation('new-checkout', false);
      res.on('close', resolve);
    });
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  const visit = sendHttp({ port: address.port, host: '127.0.0.1' }).on('error', () => undefined);
  visit.end();
  await new Promise((resolve) => server.once('request', resolve));
  visit.destroy();
  await left;
  expect((await reported()).events).toEqual(['$duration:new-checkout']);
  server.close();
});

test('a flag without a rollout, and one that was not asked for, report nothing', async () => {
  app.get('/', (req, res) => void res.status(500).json(req.tidegate.variation('plain', false)));
  await request(app).get('/');
  expect(await reported()).toEqual({ events: [], counts: [1], exposureCount: 0 });
});

test('a branch that runs through the request is measured by itself alone', async () => {
  app.get('/', (req, res) => {
    const text = req.tidegate.run('new-checkout', { control: () => 'old', treatment: () => 'new' });
    res.status(500).send(text);
  });
  const { text } = await request(app).get('/');
  expect(text).toBe('new');
  expect((await reported()).events).toEqual(['$duration:new-checkout']);
});

test('an outcome is tracked for the context of the request', async () => {
  app.get('/', (req, res) => {
    req.tidegate.track('paid', { value: 20 });
    res.end();
  });
  await request(app).get('/');
  expect((await reported()).events).toEqual(['paid']);
});

const SECRET = 's3cret-'.repeat(6);

/** An application that lets who has a token choose, and what it answers to the given headers. */
async function chosen(headers: Readonly<Record<string, string>>) {
  const chooser = express();
  const context = () => ({ targetingKey: 'ann' });
  chooser.use(tidegate(client, { context, overrides: { secret: ['the-next-secret'.repeat(3), SECRET] } }));
  chooser.get('/', (req, res) => {
    res.json([req.tidegate.variation('new-checkout', false), req.tidegate.overrides]);
  });
  const response = await request(chooser).get('/').set(headers);
  return { body: response.body, cacheControl: response.get('cache-control') };
}

const tokenFor = (lifeMs: number, secret = SECRET) =>
  signOverrides({ flags: { 'new-checkout': 'off' }, expiresAtMs: Date.now() + lifeMs }, secret);

test.each([
  ['header', (token: string) => ({ 'x-tidegate-overrides': token })],
  ['cookie', (token: string) => ({ cookie: `a=1; tidegate-overrides=${token}; b=2` })],
])('a signed %s decides a flag for its request, kept from caches and from the analysis', async (_, headersOf) => {
  const { body, cacheControl } = await chosen(headersOf(tokenFor(60_000)));
  expect(body).toEqual([false, { 'new-checkout': 'off' }]);
  expect(cacheControl).toBe('private, no-store');
  expect(await reported()).toEqual({ events: [], counts: [1], exposureCount: 0 });
});

test.each([
  ['no token', () => ({})],
  ['a token of another secret', () => ({ 'x-tidegate-overrides': tokenFor(60_000, 'x'.repeat(32)) })],
  ['a token that is over', () => ({ 'x-tidegate-overrides': tokenFor(-1) })],
  ['a text that is no token', () => ({ 'x-tidegate-overrides': '{"new-checkout":"off"}' })],
])('with %s the rules decide', async (_, headersOf) => {
  const { body, cacheControl } = await chosen(headersOf());
  expect(body).toEqual([true, {}]);
  expect(cacheControl).toBeUndefined();
});

test('without a secret nobody chooses, whatever is sent', async () => {
  app.get('/', (req, res) => void res.json(req.tidegate.variation('new-checkout', false)));
  const { body } = await request(app).get('/').set('x-tidegate-overrides', tokenFor(60_000));
  expect(body).toBe(true);
});

test.each([[''], ['short'], [[]]])('the secret %j is refused when the middleware is made', (secret) => {
  expect(() => tidegate(client, { context: () => ({}), overrides: { secret } })).toThrow(RangeError);
});
