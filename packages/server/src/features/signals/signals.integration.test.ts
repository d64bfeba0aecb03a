import { randomBytes } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { signWebhook } from '../../http-client/index.ts';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const secret = () => `whsec_${randomBytes(24).toString('base64')}`;
const PAGER = secret();
const OLD_PAGER = secret();
const ELSEWHERE = secret();
const STAGES = [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1 }));

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

let server: RunningServer;
let rolloutId: string;
let messageCount = 0;

beforeEach(async () => {
  const signalSecrets = new Map([
    ['old-pager', { value: OLD_PAGER, environment: 'default/production' }],
    ['pager', { value: PAGER, environment: 'default/production' }],
    ['elsewhere', { value: ELSEWHERE, environment: 'default/elsewhere' }],
  ]);
  server = await runServer(undefined, { signalSecrets });
  await call('POST', `${ENVIRONMENT}/flags`, { key: 'new-checkout', enabled: true });
  const plan = { flagKey: 'new-checkout', treatment: 'on', stages: STAGES };
  rolloutId = (await call('POST', `${ENVIRONMENT}/rollouts`, plan)).json.id;
  await expect.poll(async () => (await state()).kind).toBe('progressing');
});

async function send(path: string, body: string, headers: Readonly<Record<string, string>>) {
  const reply = await fetch(`${server.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: reply.status, json: (await reply.json()) as Answer };
}

async function call(method: string, path: string, body?: unknown) {
  const reply = await fetch(`${server.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: (await reply.json()) as Answer };
}

const state = async () => (await call('GET', `${ENVIRONMENT}/rollouts/${rolloutId}`)).json.state;
const byId = () => `${ENVIRONMENT}/rollouts/${rolloutId}/signals`;
const byFlag = `${ENVIRONMENT}/flags/new-checkout/signals`;

function signed(body: string, { by = PAGER, atMs = Date.now() } = {}) {
  messageCount += 1;
  return signWebhook({ id: `msg_${messageCount}`, atMs, body }, by);
}

async function signal(path: string, said: object, options?: Parameters<typeof signed>[1]) {
  const body = JSON.stringify(said);
  return send(path, body, signed(body, options));
}

test('a signed message aborts a rollout, and the log names the signal and why', async () => {
  const { status, json } = await signal(byId(), { signal: 'abort', reason: 'error budget is spent' });
  expect([status, json]).toEqual([
    200,
    { signal: 'abort', repeated: false, items: [{ rolloutId, outcome: 'done', detail: '' }] },
  ]);
  await expect.poll(state).toMatchObject({ kind: 'rolledBack' });
  const { items } = (await call('GET', `${ENVIRONMENT}/rollouts/${rolloutId}/decisions`)).json;
  const kill = items.find(({ kind }: Answer) => kind === 'kill');
  expect(kill.input.command.by).toEqual({ kind: 'signal', id: 'pager', name: 'signal pager' });
  expect(kill.reason).toContain('Aborted by signal pager: error budget is spent.');
});

test('a secret that is being replaced is good beside its successor', async () => {
  expect((await signal(byFlag, { signal: 'pause' }, { by: OLD_PAGER })).status).toBe(200);
  expect(await state()).toMatchObject({ kind: 'paused', by: { id: 'old-pager' } });
});

test('an alert of Alertmanager stops the rollouts of a flag, by a key too, for it cannot sign', async () => {
  const alert = { status: 'firing', labels: { alertname: 'Slow', severity: 'warning' } };
  const posted = { version: '4', status: 'firing', alerts: [alert] };
  const { json } = await call('POST', byFlag, posted);
  expect(json).toMatchObject({ signal: 'pause', items: [{ outcome: 'done' }] });
  expect(await state()).toMatchObject({ kind: 'paused', by: { kind: 'key' } });
  // Alertmanager says it again every few minutes: that is no failure of its own.
  expect(await call('POST', byFlag, posted)).toMatchObject({ status: 200, json: { items: [{ outcome: 'refused' }] } });
  const ended = { ...posted, alerts: [{ ...alert, status: 'resolved' }] };
  expect((await call('POST', byFlag, ended)).json).toEqual({ signal: null, repeated: false, items: [] });
  expect((await state()).kind).toBe('paused');
});

test('a flag without an active rollout takes a signal and does nothing', async () => {
  const path = `${ENVIRONMENT}/flags/other/signals`;
  expect((await signal(path, { signal: 'abort' })).json).toEqual({ signal: 'abort', repeated: false, items: [] });
});

test('a message that comes again is not carried out again, whatever was done meanwhile', async () => {
  const body = JSON.stringify({ signal: 'pause' });
  const headers = signed(body);
  expect((await send(byId(), body, headers)).json.repeated).toBe(false);
  await call('POST', `${ENVIRONMENT}/rollouts/${rolloutId}/resume`, {});
  for (const path of [byId(), byFlag]) {
    expect((await send(path, body, headers)).json).toEqual({ signal: 'pause', repeated: true, items: [] });
  }
  expect((await state()).kind).toBe('progressing');
});

test('one alert that is told to several rollouts under one id stops each of them', async () => {
  await call('POST', `${ENVIRONMENT}/flags`, { key: 'new-search', enabled: true });
  const plan = { flagKey: 'new-search', treatment: 'on', stages: STAGES };
  const { id } = (await call('POST', `${ENVIRONMENT}/rollouts`, plan)).json;
  const body = JSON.stringify({ signal: 'abort' });
  const headers = signed(body);
  for (const path of [byId(), `${ENVIRONMENT}/flags/new-search/signals`]) await send(path, body, headers);
  for (const rollout of [rolloutId, id]) {
    const read = async () => (await call('GET', `${ENVIRONMENT}/rollouts/${rollout}`)).json.active;
    await expect.poll(read).toBe(false);
  }
});

test.each([
  ['of an unknown secret', { by: secret() }],
  ["of another environment's secret", { by: ELSEWHERE }],
  ['that is too old', { atMs: Date.now() - 6 * 60_000 }],
  ['of the future', { atMs: Date.now() + 6 * 60_000 }],
])('a signature %s is refused', async (_, options) => {
  const refused = await signal(byId(), { signal: 'abort' }, options);
  expect([refused.status, refused.json.code]).toEqual([401, 'invalid-signature']);
  expect(JSON.stringify(refused.json)).not.toContain('whsec_');
  expect((await state()).kind).toBe('progressing');
});

test('a signature is over the very bytes of the body, and over its id', async () => {
  const body = JSON.stringify({ signal: 'pause' });
  const headers = signed(body);
  const changed = [
    await send(byId(), body.replace('pause', 'abort'), headers),
    await send(byId(), `${body} `, headers),
    await send(byId(), body, { ...headers, 'webhook-id': 'another' }),
    await send(byId(), body, { ...headers, 'webhook-signature': 'v1,' }),
  ];
  expect(changed.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
});

test('what would raise exposure is refused, however well it is signed', async () => {
  await signal(byId(), { signal: 'pause' });
  const refused = await signal(byId(), { signal: 'resume' });
  expect([refused.status, refused.json.code]).toEqual([422, 'invalid-signal']);
  // No other address takes a signature.
  const body = JSON.stringify({});
  const resumed = await send(`${ENVIRONMENT}/rollouts/${rolloutId}/resume`, body, signed(body));
  expect([resumed.status, resumed.json.code]).toEqual([401, 'unauthenticated']);
  expect((await state()).kind).toBe('paused');
});
