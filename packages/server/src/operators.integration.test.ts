import { Writable } from 'node:stream';
import { manualClock } from '@tidegate/testkit';
import { pino } from 'pino';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { setUpFirstEnvironment } from './features/environments/index.ts';
import { KEY_REMEMBERED_MS } from './http/key-finder.ts';
import { BASE, openRestApi, type RestApi, type RestApiKeys } from './rest-api.fixture.ts';

const clock = manualClock(1_700_000_000_000);
let api: RestApi;
beforeEach(async () => {
  api = await openRestApi({ nowMs: clock.nowMs });
});
afterEach(() => api.close());

const send = (method: 'get' | 'post' | 'patch' | 'delete', path: string, as: keyof RestApiKeys = 'admin') =>
  request(api.app)[method](path).set('authorization', `Bearer ${api.keys[as]}`);

describe('the first start', () => {
  test('makes a project, an environment, its metrics and a key of each kind, once', async () => {
    const { body: environment } = await send('get', BASE).expect(200);
    expect(environment).toMatchObject({ environment: 'default/production', name: 'Production', version: 1 });
    const { body: metrics } = await send('get', `${BASE}/metrics`).expect(200);
    expect(metrics.items).toMatchObject([
      { key: 'run-errors', event: '$error' },
      { key: 'slow-runs', event: '$duration', countsWhen: { above: 1_000 } },
    ]);
    const { storage } = api;
    const deps = { storage, nowMs: clock.nowMs, randomId: () => 'x', randomBytes: () => new Uint8Array(32) };
    expect(await setUpFirstEnvironment(deps)).toBeNull();
  });
});

describe('projects and environments', () => {
  test('are created, listed and changed, each with its own version', async () => {
    await send('post', '/api/v1/projects').send({ key: 'shop' }).expect(201);
    expect((await send('post', '/api/v1/projects').send({ key: 'shop' }).expect(409)).body.code).toBe('already-exists');
    const projects = await send('get', '/api/v1/projects?limit=1').expect(200);
    expect(projects.body).toMatchObject({ items: [{ key: 'default' }], next: 'default' });
    const renamed = await send('patch', '/api/v1/projects/shop')
      .set('if-match', '"1"')
      .send({ name: 'The shop' })
      .expect(200);
    expect(renamed.body).toMatchObject({ key: 'shop', name: 'The shop', version: 2 });
    const stale = await send('patch', '/api/v1/projects/shop').set('if-match', '"1"').send({ name: 'Mine' });
    expect(stale.body.code).toBe('precondition-failed');

    const environments = '/api/v1/projects/shop/environments';
    for (const key of ['test', 'staging']) await send('post', environments).send({ key }).expect(201);
    const first = await send('get', `${environments}?limit=1`).expect(200);
    expect(first.body).toMatchObject({ items: [{ key: 'staging', environment: 'shop/staging' }], next: 'staging' });
    const second = await send('get', `${environments}?limit=1&after=staging`).expect(200);
    expect(second.body).toMatchObject({ items: [{ key: 'test' }], next: null });
    await send('get', `${environments}/test/metrics/run-errors`).expect(200);
    const described = await send('patch', `${environments}/test`).set('if-match', '"1"').send({ description: 'd' });
    expect(described.body).toMatchObject({ description: 'd', version: 2 });
  });

  test('are critical when they are called production or somebody says so, and tell who said it', async () => {
    const environments = '/api/v1/projects/default/environments';
    const made = await send('post', environments).send({ key: 'live-eu', critical: true }).expect(201);
    expect(made.body.critical).toBe(true);
    expect((await send('get', `${environments}/production`)).body.critical).toBe(true);
    const patch = (critical: unknown) => send('patch', `${environments}/live-eu?reason=moved`).send({ critical });
    expect((await patch('yes').set('if-match', '"1"')).body.code).toBe('invalid-request');
    await patch(false).set('if-match', '"1"').expect(200);
    const history = await send('get', `${environments}/live-eu/history`, 'reader').expect(200);
    const [before, after] = [true, false].map((critical) => ({ name: 'live-eu', description: '', critical }));
    expect(history.body).toMatchObject({ items: [{ version: 2, before, after, reason: 'moved' }], next: null });
    expect((await send('get', `${environments}/live-eu/history?after=2`)).body.items).toEqual([]);
  });

  test('keep their flags apart', async () => {
    await send('post', `${BASE}/flags`).send({ key: 'a' }).expect(201);
    await send('get', '/api/v1/projects/default/environments/elsewhere/flags/a').expect(404);
  });
});

describe('keys', () => {
  test('are exchanged for one of the same rights with another name, once', async () => {
    const link = (await send('post', '/api/v1/keys').send({ kind: 'operator', name: 'link', role: 'admin' })).body;
    const exchange = () =>
      request(api.app).post('/api/v1/keys/exchange').set('authorization', `Bearer ${link.key}`).send({ name: 'ann' });
    const made = await exchange().expect(201);
    expect(made.body).toMatchObject({ kind: 'operator', name: 'ann', role: 'admin', environment: null });
    await request(api.app).get(BASE).set('authorization', `Bearer ${made.body.key}`).expect(200);
    const again = await exchange().expect(401);
    expect(again.body.code).toBe('unauthenticated');
  });

  test('are shown once, listed by their first characters, and revoked for good', async () => {
    const created = await send('post', '/api/v1/keys').send({ kind: 'operator', name: 'ann', role: 'reader' });
    expect(created.status).toBe(201);
    const { key, id, hint } = created.body;
    const ask = () => request(api.app).get(BASE).set('authorization', `Bearer ${key}`);
    expect((await ask()).status).toBe(200);
    const list = await send('get', '/api/v1/keys').expect(200);
    expect(list.text).not.toContain(key);
    expect(list.text).not.toContain('hash');
    expect(list.body.items).toContainEqual(expect.objectContaining({ id, hint, revokedAtMs: null }));
    await send('delete', `/api/v1/keys/${id}`).expect(204);
    clock.advance(KEY_REMEMBERED_MS);
    expect((await ask()).status).toBe(401);
    expect((await send('delete', '/api/v1/keys/nobody').expect(404)).body.code).toBe('not-found');
  });

  test.each([
    [{ kind: 'server', name: 'a', environment: 'default/nowhere' }, 'not-found'],
    [{ kind: 'server', name: 'a' }, 'invalid-request'],
    [{ kind: 'server', name: 'a', environment: 'default/production', role: 'admin' }, 'invalid-request'],
    [{ kind: 'operator', name: 'a', role: 'sdk' }, 'invalid-request'],
    [{ kind: 'operator', name: 'a', role: 'admin', id: 'mine' }, 'invalid-request'],
  ])('are not made from %j', async (body, code) => {
    expect((await send('post', '/api/v1/keys').send(body)).body.code).toBe(code);
  });
});

describe('segments and metrics', () => {
  test('a segment in use stays, and segments do not contain themselves', async () => {
    await send('post', `${BASE}/segments`)
      .send({ key: 'staff', included: ['ann'] })
      .expect(201);
    await send('post', `${BASE}/segments`)
      .send({ key: 'beta', condition: { segment: 'staff' } })
      .expect(201);
    const archived = await send('post', `${BASE}/segments/staff/archive`).set('if-match', '"3"');
    expect(archived.body).toMatchObject({ code: 'still-used', detail: expect.stringContaining('segment beta') });
    const cyclic = await send('patch', `${BASE}/segments/staff`)
      .set('if-match', '"3"')
      .send({ condition: { not: { segment: 'beta' } } });
    expect(cyclic.body).toMatchObject({
      code: 'cyclic-segment',
      detail: expect.stringContaining('staff → beta → staff'),
    });
    const unknown = await send('post', `${BASE}/segments`).send({ key: 'x', condition: { segment: 'nobody' } });
    expect(unknown.body.code).toBe('unknown-segment');
  });

  test('a metric is changed by a merge patch like everything else', async () => {
    const metric = { key: 'refunds', event: 'refund', countsWhen: { above: 10 } };
    const { body } = await send('post', `${BASE}/metrics`).send(metric).expect(201);
    const patched = await send('patch', `${BASE}/metrics/refunds`)
      .set('if-match', `"${body.revision}"`)
      .send({ countsWhen: null, harm: 'down' });
    expect(patched.body).toMatchObject({ event: 'refund', harm: 'down' });
    expect(patched.body).not.toHaveProperty('countsWhen');
  });
});

test('the audit log tells who changed what, in the order of revisions', async () => {
  await send('post', `${BASE}/flags?reason=first`).send({ key: 'a' }).expect(201);
  await send('post', `${BASE}/flags/a/toggle`, 'editor').set('if-match', '"3"').send({ enabled: true }).expect(200);
  const first = await send('get', `${BASE}/changes?after=1&limit=2`).expect(200);
  expect(first.body).toMatchObject({
    items: [
      { revision: 2, kind: 'metric', key: 'slow-runs', actor: { kind: 'setup' } },
      { revision: 3, kind: 'flag', key: 'a', action: 'created', reason: 'first' },
    ],
    next: '3',
  });
  const second = await send('get', `${BASE}/changes?after=3`).expect(200);
  expect(second.body).toMatchObject({ items: [{ action: 'enabled', actor: { name: 'the editor' } }], next: null });
});

test('the audit log is read backwards from its newest change, page by page', async () => {
  await send('post', `${BASE}/flags`).send({ key: 'a' }).expect(201);
  const newest = await send('get', `${BASE}/changes?order=newest&limit=2`).expect(200);
  expect(newest.body).toMatchObject({ items: [{ revision: 3 }, { revision: 2 }], next: '2' });
  const rest = await send('get', `${BASE}/changes?order=newest&limit=2&after=2`).expect(200);
  expect(rest.body).toMatchObject({ items: [{ revision: 1 }], next: null });
  const none = await send('get', `${BASE}/changes?order=newest&after=1`).expect(200);
  expect(none.body).toEqual({ items: [], next: null });
});

test('the audit log tells what each document became when asked', async () => {
  await send('post', `${BASE}/flags`).send({ key: 'a' }).expect(201);
  await send('post', `${BASE}/flags/a/archive`).set('if-match', '"3"').send({}).expect(200);
  const { body } = await send('get', `${BASE}/changes?after=2&documents=true`).expect(200);
  expect(body.items).toMatchObject([
    { revision: 3, archived: false, document: { key: 'a', enabled: false } },
    { revision: 4, archived: true, document: { key: 'a', enabled: false } },
  ]);
});

test('everything that is not archived can be read at one revision', async () => {
  for (const key of ['b', 'a', 'gone']) await send('post', `${BASE}/flags`).send({ key }).expect(201);
  await send('post', `${BASE}/segments`).send({ key: 's' }).expect(201);
  await send('post', `${BASE}/flags/gone/archive`).set('if-match', '"5"').send({}).expect(200);
  const { body } = await send('get', `${BASE}/documents`, 'reader').expect(200);
  expect(body).toMatchObject({ revision: 7, flags: [{ key: 'a' }, { key: 'b' }], segments: [{ key: 's' }] });
  expect(body.flags[0]).toEqual((await send('get', `${BASE}/flags/a`)).body);
});

test('a key that asks too often is told to wait, and others are not', async () => {
  const rates = { perKey: 3, perAddress: 2 };
  const limited = await openRestApi({ nowMs: clock.nowMs, rates });
  const ask = (key?: string) => {
    const call = request(limited.app).get(BASE);
    return key === undefined ? call : call.set('authorization', `Bearer ${key}`);
  };
  const statuses = [];
  for (let count = 0; count < 4; count += 1) statuses.push((await ask(limited.keys.reader)).status);
  expect(statuses).toEqual([200, 200, 200, 429]);
  const refused = await ask(limited.keys.reader);
  expect(refused.body.code).toBe('rate-limited');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect(refused.headers['ratelimit-policy']).toContain('q=3');
  expect((await ask(limited.keys.admin)).status).toBe(200);
  expect([(await ask()).status, (await ask()).status, (await ask()).status]).toEqual([401, 401, 429]);
  await limited.close();
});

test('neither keys nor contexts nor queries come into the log or into refusals', async () => {
  const lines: string[] = [];
  const sink = new Writable({ write: (chunk, _encoding, done) => done(void lines.push(String(chunk))) });
  const logged = await openRestApi({ nowMs: clock.nowMs, log: pino({ level: 'trace' }, sink) });
  const canary = `tg_op_${'C'.repeat(43)}`;
  const call = (path: string, key: string) =>
    request(logged.app)
      .post(path)
      .set({ authorization: `Bearer ${key}`, cookie: canary, 'x-request-id': 'req-1' });
  await call(`${BASE}/flags?reason=${canary}`, canary).send({ key: canary });
  const { admin } = logged.keys;
  await call(`${BASE}/flags?reason=${canary}`, admin).send({ key: 'a' }).expect(201);
  await call(`${BASE}/flags/a/explain`, admin)
    .send({ context: { targetingKey: canary } })
    .expect(200);
  const refused = await call('/api/v1/keys', admin).set('x-request-id', `${canary} <script>`).send({ name: 1 });
  expect(lines.join('')).toContain('"id":"req-1"');
  expect(lines.join('')).not.toContain(canary);
  for (const key of Object.values(logged.keys)) expect(lines.join('')).not.toContain(key);
  expect(JSON.stringify([refused.body, refused.headers])).not.toContain(canary);
  await logged.close();
});

test('answers carry the headers that keep a browser from doing harm', async () => {
  const { headers } = await send('get', BASE).expect(200);
  expect(headers).toMatchObject({
    'cache-control': 'private, no-cache',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining("script-src 'self'"),
  });
  expect(headers).not.toHaveProperty('x-powered-by');
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});
