import { PENDING_SCHEDULES_MAX, SCHEDULE_HORIZON_MS } from '@tidegate/protocol';
import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BASE, ENVIRONMENT, openRestApi, type RestApi, type RestApiKeys } from '../../rest-api.fixture.ts';
import { runServer } from '../../running-server.fixture.ts';

const SCHEDULES = `${BASE}/schedules`;
const OF_FLAG = `${BASE}/flags/new-checkout/schedules`;
const clock = manualClock(1_700_000_000_000);
const TOMORROW = clock.nowMs() + 86_400_000;
let api: RestApi;

beforeEach(async () => {
  api = await openRestApi({ nowMs: clock.nowMs });
  for (const key of ['new-checkout', 'other']) await send('post', `${BASE}/flags`).send({ key }).expect(201);
});
afterEach(() => api.close());

const send = (method: 'get' | 'post' | 'delete', path: string, as: keyof RestApiKeys = 'editor') =>
  request(api.app)[method](path).set('authorization', `Bearer ${api.keys[as]}`);
const order = { atMs: TOMORROW, patch: { enabled: true }, reason: 'the campaign begins' };
const make = async (body: object = order, path = OF_FLAG) => (await send('post', path).send(body).expect(201)).body;

test('a change is scheduled, read and listed', async () => {
  const made = await make();
  expect(made).toEqual({
    ...order,
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    flagKey: 'new-checkout',
    createdAtMs: clock.nowMs(),
    createdBy: { kind: 'key', id: expect.any(String), name: 'the editor' },
    madeAtRevision: 4,
    state: { kind: 'pending' },
    revision: null,
  });
  const other = await make(order, `${BASE}/flags/other/schedules`);
  expect((await send('get', `${SCHEDULES}/${made.id}`, 'reader').expect(200)).body).toEqual(made);
  expect((await send('get', OF_FLAG, 'reader').expect(200)).body).toEqual({ items: [made], next: null });
  const all = (await send('get', `${SCHEDULES}?pending=true`, 'reader').expect(200)).body.items;
  expect(all).toHaveLength(2);
  expect(all).toEqual(expect.arrayContaining([made, other]));
  expect((await send('get', `${SCHEDULES}?pending=false`).expect(200)).body.items).toEqual([]);
});

test('a list goes on where its page ended', async () => {
  for (let count = 0; count < 3; count += 1) await make();
  const first = (await send('get', `${SCHEDULES}?limit=2`).expect(200)).body;
  const second = (await send('get', `${SCHEDULES}?limit=2&after=${first.next}`).expect(200)).body;
  expect([first.items.length, second.items.length, second.next]).toEqual([2, 1, null]);
});

test('what is pending can be taken back, once, and stays to be seen', async () => {
  const { id } = await make();
  const cancelled = await send('delete', `${SCHEDULES}/${id}?reason=not%20yet`).expect(200);
  expect(cancelled.body.state).toMatchObject({ kind: 'cancelled', by: { name: 'the editor' }, reason: 'not yet' });
  expect((await send('get', `${SCHEDULES}/${id}`).expect(200)).body).toEqual(cancelled.body);
  expect((await send('delete', `${SCHEDULES}/${id}`).expect(409)).body.code).toBe('schedule-settled');
});

test.each([
  [{ ...order, atMs: clock.nowMs() }, 422, 'schedule-out-of-range'],
  [{ ...order, atMs: clock.nowMs() + SCHEDULE_HORIZON_MS + 1 }, 422, 'schedule-out-of-range'],
  [{ ...order, patch: { enabled: 'yes' } }, 400, 'invalid-request'],
  [{ ...order, patch: { enable: true } }, 400, 'invalid-request'],
  [{ ...order, atMs: '2026-01-01' }, 400, 'invalid-request'],
])('%j is refused with %i today, not at its time', async (body, status, code) => {
  expect((await send('post', OF_FLAG).send(body).expect(status)).body.code).toBe(code);
});

test('a flag has a bounded number of pending changes', async () => {
  for (let count = 0; count < PENDING_SCHEDULES_MAX; count += 1) await make();
  expect((await send('post', OF_FLAG).send(order).expect(409)).body.code).toBe('too-many-schedules');
  await make(order, `${BASE}/flags/other/schedules`);
});

test('what is not there cannot be scheduled, read or cancelled, and a reader schedules nothing', async () => {
  await send('post', `${BASE}/flags/missing/schedules`).send(order).expect(404);
  await send('get', `${SCHEDULES}/missing`).expect(404);
  await send('delete', `${SCHEDULES}/missing`).expect(404);
  await send('post', OF_FLAG, 'killer').send(order).expect(403);
});

test('a running server makes the change when its time has come', async () => {
  const { url, keys, storage } = await runServer();
  const call = (method: 'get' | 'post', path: string) =>
    request(url)[method](`${BASE}/${path}`).set('authorization', `Bearer ${keys.operatorToken}`);
  await call('post', 'flags').send({ key: 'new-checkout' }).expect(201);
  const made = new Promise<void>((resolve) => {
    storage.onChange(() => resolve());
  });
  const atMs = Date.now() + 100;
  const { body } = await call('post', 'flags/new-checkout/schedules')
    .send({ ...order, atMs })
    .expect(201);
  await made;
  expect((await call('get', `schedules/${body.id}`).expect(200)).body.state.kind).toBe('applied');
  const flag = await storage.findDocument({ environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' });
  expect(flag?.document).toMatchObject({ enabled: true });
});
