import { beforeEach, expect, test } from 'vitest';
import { type RunningServer, runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const STAGES = [500_000, 1_000_000].map((treatmentPpm) => ({ treatmentPpm, dwellMs: 3_600_000, minUnits: 1 }));

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

let server: RunningServer;
let rolloutId: string;

beforeEach(async () => {
  server = await runServer();
  await call('POST', '/flags', { key: 'new-checkout', enabled: true });
  rolloutId = (await call('POST', '/rollouts', { flagKey: 'new-checkout', treatment: 'on', stages: STAGES })).json.id;
  await expect.poll(async () => (await verdict('GET')).json.phase).toBe('progressing');
});

async function call(
  method: string,
  path: string,
  body?: unknown,
  authorization = `Bearer ${server.keys.operatorToken}`,
) {
  const reply = await fetch(`${server.url}${ENVIRONMENT}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, json: (await reply.json()) as Answer };
}

const verdict = (method: string, query = '') => call(method, `/flags/new-checkout/verdict${query}`);
const abort = () => call('POST', `/rollouts/${rolloutId}/abort`, {});

test('whoever reads a value finds 0 while it runs, and -1 once it is killed', async () => {
  expect(await verdict('GET')).toEqual({
    status: 200,
    json: {
      verdict: 'running',
      value: 0,
      open: false,
      rolloutId,
      flagKey: 'new-checkout',
      phase: 'progressing',
      stageIndex: 0,
      stageCount: 2,
      holds: ['stage-timer', 'min-sample'],
    },
  });
  expect((await verdict('GET', '?for=stage:1')).json).toMatchObject({ verdict: 'successful', value: 1 });
  await abort();
  expect(await verdict('GET')).toMatchObject({ status: 200, json: { verdict: 'failed', value: -1 } });
  expect((await call('GET', `/rollouts/${rolloutId}/verdict?for=rolled-back`)).json).toMatchObject({ value: 1 });
});

test('whoever reads a status is let through by 200, and put off by 403', async () => {
  // As Flagger posts it.
  const posted = { name: 'checkout', namespace: 'shop', phase: 'WaitingPromotion', metadata: {} };
  const ask = async (query: string) => (await call('POST', `/flags/new-checkout/verdict${query}`, posted)).status;
  expect([await ask(''), await ask('?for=healthy'), await ask('?for=rolled-back')]).toEqual([403, 200, 403]);
  await call('POST', `/rollouts/${rolloutId}/pause`, {});
  expect([await ask(''), await ask('?for=healthy')]).toEqual([403, 403]);
  await call('POST', `/rollouts/${rolloutId}/resume`, {});
  await call('POST', `/rollouts/${rolloutId}/promote`, { full: true });
  expect([await ask('?for=stage:2'), await ask('')]).toEqual([200, 403]);
});

test('a flag is asked for its active rollout, or else for its newest', async () => {
  await abort();
  await expect.poll(async () => (await verdict('GET')).json.phase).toBe('rolledBack');
  const plan = { flagKey: 'new-checkout', treatment: 'on', stages: STAGES };
  const next = (await call('POST', '/rollouts', plan)).json.id;
  await call('POST', '/rollouts?draft=true', plan);
  expect((await verdict('GET')).json).toMatchObject({ rolloutId: next, value: 0 });
  expect((await call('GET', '/flags/other/verdict')).status).toBe(404);
});

test('a key may come as a password here, for callers that know no other way', async () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const { operatorToken } = server.keys;
  const path = '/flags/new-checkout/verdict?for=healthy';
  expect((await call('POST', path, {}, basic(`flagger:${operatorToken}`))).status).toBe(200);
  expect((await call('POST', path, {}, basic(`flagger:${operatorToken}x`))).status).toBe(401);
  expect((await call('GET', '/rollouts', undefined, basic(`flagger:${operatorToken}`))).status).toBe(401);
});

test.each(['everything', 'stage:0', 'stage:51', ''])('nobody can wait for "%s"', async (goal) => {
  expect(await verdict('GET', `?for=${goal}`)).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
});
