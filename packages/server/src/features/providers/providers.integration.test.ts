import { Writable } from 'node:stream';
import { pino } from 'pino';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { replyJson, replyText, type StandIn, startStandIn } from '../../http-client/stand-in-server.fixture.ts';
import { BASE, openRestApi, type RestApi } from '../../rest-api.fixture.ts';
import { buildRollout } from '../../storage/contract/builders.contract.ts';

const SECRET = 'hush-9f2c';
let api: RestApi;
let standIn: StandIn;
let logged: string;

beforeEach(async () => {
  logged = '';
  const sink = new Writable({
    write(chunk, _encoding, written) {
      logged += chunk;
      written();
    },
  });
  standIn = await startStandIn();
  api = await openRestApi({
    nowMs: () => 1_700_000_000_000,
    log: pino({ level: 'trace' }, sink),
    outboundAllow: [standIn.host],
    secrets: new Map([
      ['metrics', { value: SECRET, host: standIn.host }],
      ['elsewhere', { value: SECRET, host: 'metrics.example.com' }],
      ['others', { value: SECRET, host: standIn.host, environments: ['default/staging', 'games/*'] }],
      ['project', { value: SECRET, host: standIn.host, environments: ['games/*', 'default/*'] }],
    ]),
  });
});
afterEach(async () => {
  await api.close();
  await standIn.close();
});

const settings = (secret = 'metrics') => ({
  kind: 'web',
  address: `${standIn.url}/api`,
  auth: { kind: 'bearer', token: { secret } },
  lagMs: 30_000,
});
const as = (role: 'reader' | 'editor') => ({ authorization: `Bearer ${api.keys[role]}` });
const save = (body: object, key = 'shop') =>
  request(api.app).put(`${BASE}/providers/${key}`).set(as('editor')).send(body);
const query = { kind: 'scalar', value: '/n?v={{ args.variant }}#/n', windowMs: 60_000 };
const ask = () =>
  request(api.app)
    .post(`${BASE}/providers/shop/query`)
    .set(as('editor'))
    .send({ query, arms: { treatment: 'new' } });

test('a provider is saved in versions, and told with the name of its secret alone', async () => {
  const first = await save(settings()).expect(200);
  expect(first.body).toMatchObject({ key: 'shop', version: 1, settings: { ...settings(), timeoutMs: 10_000 } });
  expect((await save(settings()).expect(200)).body.version).toBe(1);
  expect((await save({ ...settings(), lagMs: 0 }).expect(200)).body.version).toBe(2);
  const read = await request(api.app).get(`${BASE}/providers/shop`).set(as('reader')).expect(200);
  expect(read.body).toMatchObject({ version: 2, settings: { lagMs: 0, auth: { token: { secret: 'metrics' } } } });
  const list = await request(api.app).get(`${BASE}/providers`).set(as('reader')).expect(200);
  expect(list.body.items).toEqual([read.body]);
  expect(`${first.text}${list.text}${logged}`).not.toContain(SECRET);
});

test.each([
  ['nobody', 'TIDEGATE_SECRETS has no nobody.'],
  ['elsewhere', expect.stringContaining('The secret elsewhere is for another host')],
  ['others', 'The secret others is not for default/production.'],
])('a provider whose secret is of no use to its environment is refused: %s', async (secret, detail) => {
  const { body } = await save(settings(secret)).expect(422);
  expect(body).toMatchObject({ code: 'invalid-provider', detail });
});

test('a secret goes in clear only where its port is named', async () => {
  const to = (address: string) => save({ ...settings('elsewhere'), address });
  await to('https://metrics.example.com').expect(200);
  const { body } = await to('http://metrics.example.com').expect(422);
  expect(body.detail).toBe('The secret elsewhere is for another host than metrics.example.com:80.');
});

test('a secret for every environment of a project is of use in each', async () => {
  await save(settings('project')).expect(200);
});

test.each([
  'http://user:pw@metrics.example.com',
  'http://metrics.example.com?key=1',
  'http://metrics.example.com#x',
  'ftp://metrics.example.com',
  'metrics',
])('an address with more than a place in it is refused: %s', async (address) => {
  await save({ kind: 'web', address }).expect(400);
});

test('a secret stands in no header that frames the request', async () => {
  const auth = (name: string) => ({ kind: 'header', name, value: { secret: 'metrics' } });
  await save({ ...settings(), auth: auth('Transfer-Encoding') }).expect(400);
  await save({ ...settings(), auth: auth('X-Api-Key') }).expect(200);
});

test('a query is asked once over the window that ends where the data is complete', async () => {
  await save(settings()).expect(200);
  standIn.reply(replyJson({ n: 7 }));
  const { body } = await ask().expect(200);
  const endAtMs = 1_700_000_000_000 - 30_000;
  expect(body).toMatchObject({
    status: 'ok',
    window: { startAtMs: endAtMs - 60_000, endAtMs },
    watermarkAtMs: endAtMs,
    arms: { treatment: { kind: 'scalar', value: 7 } },
  });
  expect(standIn.requests).toMatchObject([{ path: '/api/n?v=new', headers: { authorization: `Bearer ${SECRET}` } }]);
});

test('what a provider says back of a secret is in no answer and in no log', async () => {
  await save(settings()).expect(200);
  standIn.reply(replyText(`who is ${SECRET}?`, 500));
  const { body, text } = await ask().expect(200);
  expect(body).toMatchObject({ status: 'error', class: 'unavailable' });
  expect(text).toContain('[redacted]');
  expect(`${text}${logged}`).not.toContain(SECRET);
});

test('there is nothing to ask where there is no provider', async () => {
  const { body } = await ask().expect(404);
  expect(body.detail).toContain('no metric provider shop');
});

test('a provider is removed, and may come back in its next version', async () => {
  await save(settings()).expect(200);
  await request(api.app).delete(`${BASE}/providers/shop`).set(as('editor')).expect(204);
  await request(api.app).get(`${BASE}/providers/shop`).set(as('reader')).expect(404);
  await request(api.app).delete(`${BASE}/providers/shop`).set(as('editor')).expect(404);
  expect((await save(settings()).expect(200)).body.version).toBe(3);
});

test('a provider that guards an active rollout is not removed, and the rollout is named', async () => {
  await save(settings()).expect(200);
  const built = buildRollout('default/production');
  const limits = { failureCondition: 'result > 5', intervalMs: 60_000 };
  const deadline = { afterMs: 60_000, then: 'abort' } as const;
  const guard = { name: 'errors', provider: 'shop', arms: 'treatment', query: {}, limits, deadline } as const;
  const rollout = { ...built, plan: { ...built.plan, providerGuards: [guard] } };
  expect(await api.storage.createRollout(rollout)).toBe('created');
  const { body } = await request(api.app).delete(`${BASE}/providers/shop`).set(as('editor')).expect(409);
  expect(body).toMatchObject({ code: 'provider-in-use', detail: expect.stringContaining(rollout.id) });
});

test('an environment has twenty providers, each may still be changed, and one that is removed makes room', async () => {
  const put = (key: string, body = settings()) =>
    request(api.app).put(`${BASE}/providers/${key}`).set(as('editor')).send(body);
  for (let count = 1; count <= 20; count += 1) await put(`p${count}`).expect(200);
  const { body } = await put('p21').expect(422);
  expect(body).toMatchObject({ code: 'invalid-provider', detail: expect.stringContaining('has 20 providers') });
  await put('p20', { ...settings(), lagMs: 7 }).expect(200);
  await request(api.app).delete(`${BASE}/providers/p1`).set(as('editor')).expect(204);
  await put('p21').expect(200);
  await put('p1').expect(422);
});

test('keys that were removed are counted too: whoever makes up ever new ones is told to use them again', async () => {
  const createdBy = { kind: 'setup', id: 't', name: 't' } as const;
  for (let count = 1; count <= 500; count += 1) {
    const id = { kind: 'provider', scope: 'default/production', key: `k${count}` } as const;
    await api.storage.createSettings({ ...id, version: 1, document: null, createdAtMs: 0, createdBy });
  }
  const { body } = await save(settings()).expect(422);
  expect(body.detail).toContain('use one of their keys again');
  await request(api.app).put(`${BASE}/providers/k7`).set(as('editor')).send(settings()).expect(200);
});
