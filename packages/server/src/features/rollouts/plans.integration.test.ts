import { beforeEach, describe, expect, test } from 'vitest';
import { runServer } from '../../running-server.fixture.ts';

const PROJECT = '/api/v1/projects/default';
const ROLLOUTS = `${PROJECT}/environments/production/rollouts`;
const PLAN = { flag: 'new-checkout', treatment: 'on' };

let call: (method: string, path: string, body?: unknown) => Promise<{ status: number; json: Answer }>;
// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

beforeEach(async () => {
  const server = await runServer();
  call = async (method, path, body) => {
    const reply = await fetch(`${server.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${server.keys.operatorToken}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: reply.status, json: await reply.json() };
  };
  await call('POST', `${PROJECT}/environments/production/flags`, { key: 'new-checkout', enabled: true });
});

async function start(plan: object): Promise<Answer> {
  const { status, json } = await call('POST', ROLLOUTS, 'flagKey' in plan ? plan : { ...PLAN, ...plan });
  expect([status, json.detail]).toEqual([201, undefined]);
  return json;
}

async function rollBack(id: string): Promise<void> {
  await call('POST', `${ROLLOUTS}/${id}/abort`, {});
  await expect.poll(async () => (await call('GET', `${ROLLOUTS}/${id}`)).json.state.kind).toBe('rolledBack');
}

test('a rollout keeps the metric that it was made from, and the next one takes what the template says by then', async () => {
  const save = (event: string) => call('PUT', `${PROJECT}/templates/buys`, { metric: { event, harm: 'down' } });
  await save('purchase');
  const guards = [{ template: 'buys' }];
  const before = await start({ guards });
  await save('bought');
  const after = (await call('GET', `${ROLLOUTS}/${before.id}`)).json;
  expect(after.plan).toEqual(before.plan);
  expect(after.plan.guards[0]).toMatchObject({ template: { version: 1 }, definition: { event: 'purchase' } });
  // The evidence knows the guard from the definition alone: the environment has no such metric.
  const evidence = async () => (await call('GET', `${ROLLOUTS}/${before.id}`)).json.evidence.guards;
  await expect.poll(evidence).toMatchObject([{ metric: 'buys', harm: 'down' }]);
  await rollBack(before.id);
  const next = await start({ guards });
  expect(next.plan.guards[0]).toMatchObject({ template: { version: 2 }, definition: { event: 'bought' } });
});

test('each try of the same change spends less of alpha than the one before', async () => {
  const first = await start({});
  await rollBack(first.id);
  const second = await start({});
  expect(first.plan).toMatchObject({ alpha: 0.05 });
  expect(second.plan.attempt).toBe(2);
  expect(second.plan.alpha).toBeCloseTo((0.05 * 6) / (4 * Math.PI * Math.PI), 12);
  await rollBack(second.id);
  // The plan of the second try, given back, is a third.
  const third = await start(second.plan);
  expect(third.plan.attempt).toBe(3);
  expect(third.plan.alpha).toBeCloseTo((0.05 * 6) / (9 * Math.PI * Math.PI), 12);
});

test('a stage has a report once it was left, and not while it may still be looked at', async () => {
  const { id } = await start({});
  const report = async (stage: number) => (await call('GET', `${ROLLOUTS}/${id}/stages/${stage}/report`)).status;
  expect(await report(1)).toBe(404);
  await call('POST', `${ROLLOUTS}/${id}/promote`, {});
  await expect.poll(() => report(1)).toBe(200);
  expect(await report(2)).toBe(404);
});

test('a draft owns no rule until it is started', async () => {
  const { status, json: draft } = await call('POST', `${ROLLOUTS}?draft=true`, PLAN);
  expect([status, draft.state.kind, draft.active]).toEqual([201, 'draft', false]);
  const other = await start({});
  const refused = await call('POST', `${ROLLOUTS}/${draft.id}/start`, {});
  expect(refused).toMatchObject({ status: 409, json: { code: 'rule-owned-by-rollout' } });
  await rollBack(other.id);
  await call('POST', `${ROLLOUTS}/${draft.id}/start`, {});
  await expect.poll(async () => (await call('GET', `${ROLLOUTS}/${draft.id}`)).json.state.kind).toBe('progressing');
});

describe('what cannot be', () => {
  const abort = (afterMs: number) => JSON.parse(`{"afterMs":${afterMs},"then":"abort"}`);
  const window = { cron: '0 9-16 * * 1-4', timeZone: 'Europe/Berlin', duration: '1h' };
  const last = { treatment: '100%' };

  test.each<[string, object, string, string]>([
    ['a cron expression', { windows: [{ ...window, cron: '99 * * * *' }] }, 'invalid-plan', '/windows/0'],
    ['a time zone', { windows: [{ ...window, timeZone: 'Mars/Base' }] }, 'invalid-plan', '/windows/0'],
    ['an environment', { after: { environment: 'staging' } }, 'unknown-environment', '/after/environment'],
    ['itself', { after: { environment: 'production' } }, 'unknown-environment', '/after/environment'],
    ['approvals by nobody else', { stages: [{ ...last, approval: {} }] }, 'invalid-plan', '/stages/0/approval/count'],
    [
      'a score of nothing',
      { score: { groupWeights: { a: 1 }, marginal: 75, pass: 95 } },
      'invalid-plan',
      '/score/groupWeights/a',
    ],
    [
      'a scope of no segment',
      { stages: [{ treatment: '5%', scope: { segment: 'nobody' } }, last] },
      'unknown-segment',
      '/stages/0/scope',
    ],
    [
      'a scope that cannot be read',
      { stages: [{ treatment: '5%', scope: { attribute: 'plan', operator: 'matches', values: ['('] } }, last] },
      'invalid-condition-value',
      '/stages/0/scope',
    ],
    [
      'a wait that has passed',
      { health: { noData: { deadline: abort(0) } } },
      'invalid-plan',
      '/health/noData/deadline/after',
    ],
    [
      'a stage longer than any',
      { stages: [{ treatment: '5%', dwell: '400d' }, last] },
      'invalid-plan',
      '/stages/0/dwellMs',
    ],
    ['two words', { bake: '1h', bakeMs: 1 }, 'invalid-plan', '/bake'],
  ])('%s is refused at its place', async (_, plan, code, pointer) => {
    const { status, json } = await call('POST', ROLLOUTS, { ...PLAN, ...plan });
    expect({ status, code: json.code, errors: json.errors }).toMatchObject({
      status: 422,
      code,
      errors: [{ pointer }],
    });
    expect((await call('GET', ROLLOUTS)).json.items).toEqual([]);
  });
});

test('what the controller acts on is taken: windows, deadlines, limits, approvals, another environment, rollback in steps', async () => {
  await call('POST', `${PROJECT}/environments`, { key: 'staging' });
  const key = { kind: 'operator', name: 'Ben', role: 'editor', environment: null };
  expect((await call('POST', '/api/v1/keys', key)).status).toBe(201);
  const held = JSON.parse('{"after":"3d","then":"hold"}');
  const rollout = await start({
    stages: [
      { treatment: '5%', safeRatio: 1.5, safeDeadline: held },
      { treatment: '100%', approval: { roles: ['editor'] } },
    ],
    guards: [
      { template: 'error-rate', tolerance: 1.1, maxRate: 0.2, noOutcomes: { grace: '1h', deadline: held } },
      { template: 'latency-distribution', mode: 'observe', critical: false },
    ],
    windows: [{ cron: '0 9 * * 1-5', timeZone: 'Europe/Berlin', duration: '8h' }],
    maxDuration: held,
    maxExposedUnits: 10_000,
    onHarm: 'freeze',
    gradualRollback: { steps: 3, step: '1m' },
    health: {
      sampleRatio: { deadline: held },
      crossover: { maxShare: 0.02, deadline: held },
      noData: { deadline: held },
    },
    after: { environment: 'staging' },
  });
  expect(rollout.state).toMatchObject({ kind: 'scheduled' });
  expect(rollout.plan).toMatchObject({
    maxDuration: { afterMs: 259_200_000 },
    windows: [{ durationMs: 28_800_000 }],
    stages: [{ safeDeadline: { afterMs: 259_200_000 } }, { approval: { count: 1, notAuthor: true } }],
  });
});

test('lint says what it would say without writing anything', async () => {
  const { status, json } = await call('POST', `${ROLLOUTS}/lint`, {
    plan: { ...PLAN, preset: 'instant' },
    traffic: { unitsPerDay: 0 },
  });
  expect(status).toBe(200);
  expect(json).toMatchObject({ plan: { stages: [{ treatmentPpm: 1_000_000 }] }, refusals: [] });
  expect(json.warnings.map(({ id }: { id: string }) => id)).toEqual(
    expect.arrayContaining(['big-bang', 'nothing-decides', 'flag-silent', 'kill-never-seen']),
  );
  expect((await call('GET', ROLLOUTS)).json.items).toEqual([]);
});

test('lint tells the next windows of a plan, so that a cron expression can be seen', async () => {
  const windows = [{ cron: '0 9 * * 1', timeZone: 'Europe/Berlin', duration: '2h' }];
  const { json } = await call('POST', `${ROLLOUTS}/lint`, { plan: { ...PLAN, windows } });
  expect(json.windows).toHaveLength(3);
  for (const { opensAtMs, closesAtMs } of json.windows) {
    const options = { timeZone: 'Europe/Berlin', weekday: 'short', hour: '2-digit', hourCycle: 'h23' } as const;
    expect(new Date(opensAtMs).toLocaleString('en', options)).toBe('Mon, 09');
    expect(closesAtMs - opensAtMs).toBe(7_200_000);
  }
});

test('a page that is exactly full is followed by none', async () => {
  await call('POST', ROLLOUTS, PLAN);
  const { json } = await call('GET', `${ROLLOUTS}?limit=1`);
  expect(json).toMatchObject({ items: [{ flagKey: PLAN.flag }], next: null });
  const { id } = json.items[0];
  const { json: decisions } = await call('GET', `${ROLLOUTS}/${id}/decisions?limit=200`);
  const all = await call('GET', `${ROLLOUTS}/${id}/decisions?limit=${decisions.items.length}`);
  expect(all.json.next).toBeNull();
});
