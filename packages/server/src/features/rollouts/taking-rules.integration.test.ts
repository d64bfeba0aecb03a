import { expect, test } from 'vitest';
import { runServer } from '../../running-server.fixture.ts';

const ENVIRONMENT = '/api/v1/projects/default/environments/production';
const ROLLOUTS = `${ENVIRONMENT}/rollouts`;
const FLAG = `${ENVIRONMENT}/flags/new-checkout`;
const PLAN = { flag: 'new-checkout', treatment: 'on', preset: 'canary-10-30m' };

// What the tests read of answers; the schemas of the API are held to elsewhere.
type Answer = ReturnType<typeof JSON.parse>;

/** A server with a flag. */
async function startServer() {
  const { url, keys } = await runServer();
  const call = async (method: string, path: string, body?: unknown, ifMatch?: string) => {
    const headers = {
      authorization: `Bearer ${keys.operatorToken}`,
      'content-type': 'application/json',
      ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
    };
    const reply = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: reply.status, json: (await reply.json()) as Answer, etag: reply.headers.get('etag') ?? '' };
  };
  await call('POST', `${ENVIRONMENT}/flags`, { key: 'new-checkout', enabled: true });
  const served = async () => (await call('GET', FLAG)).json.fallthrough;
  return { call, served };
}

/** A server with a flag whose rollout is at its first stage. */
async function startRollout(plan: object = PLAN) {
  const { call, served } = await startServer();
  return { call, served, ...(await begin(call, plan)) };
}

async function begin(call: Awaited<ReturnType<typeof startServer>>['call'], plan: object) {
  const { id } = (await call('POST', ROLLOUTS, plan)).json;
  const path = `${ROLLOUTS}/${id}`;
  await expect.poll(async () => (await call('GET', path)).json.state.kind).toBe('progressing');
  return { id, path };
}

test('a rule that is taken from its rollout serves what was said, in the one change that ends the rollout', async () => {
  const { call, path, served } = await startRollout();
  const serve = { kind: 'variation', variation: 'on' };
  const taken = await call('POST', `${path}/supersede`, { serve, reason: 'the old page is down' });
  expect(taken).toMatchObject({ status: 200, json: { active: false, state: { kind: 'superseded' } } });
  expect(await served()).toEqual(serve);
  const [last] = (await call('GET', `${path}/decisions`)).json.items;
  expect(last).toMatchObject({ kind: 'supersede', revision: expect.any(Number) });
  expect(last.reason).toContain('the old page is down');
  expect((await call('POST', `${path}/supersede`, { serve })).json.code).toBe('rollout-not-active');
});

test('a rule is not taken to serve what its flag does not have, nor another rollout', async () => {
  const { call, path, served } = await startRollout();
  const before = await served();
  const unknown = await call('POST', `${path}/supersede`, { serve: { kind: 'variation', variation: 'blue' } });
  expect(unknown).toMatchObject({ status: 409, json: { code: 'command-refused' } });
  expect(unknown.json.detail).toContain('blue');
  const ranges = [{ fromPpm: 0, toPpm: 1_000_000, variation: 'off' }];
  const capped = { kind: 'split', ranges, caps: [{ condition: { segment: 'nobody' }, ranges }] };
  const missing = await call('POST', `${path}/supersede`, { serve: capped });
  expect(missing).toMatchObject({ status: 409, json: { detail: expect.stringContaining('no segment nobody') } });
  expect((await call('POST', `${path}/supersede`, { serve: before })).status).toBe(400);
  expect(await served()).toEqual(before);
});

test('a rollout takes the rule of another only with force, and begins where everybody has control', async () => {
  const { call, id, path } = await startRollout();
  const other = { ...PLAN, preset: 'standard' };
  expect((await call('POST', ROLLOUTS, other)).json.code).toBe('rule-owned-by-rollout');
  const created = await call('POST', `${ROLLOUTS}?force=true`, other);
  expect(created).toMatchObject({ status: 201, json: { plan: { control: 'off' } } });
  expect((await call('GET', path)).json).toMatchObject({ active: false, state: { kind: 'superseded' } });
  const next = `${ROLLOUTS}/${created.json.id}`;
  await expect.poll(async () => (await call('GET', next)).json.treatmentPpm).toBe(50_000);
  expect((await call('POST', `${next}/abort`, {})).status).toBe(200);
  await expect
    .poll(async () => (await call('GET', FLAG)).json.fallthrough)
    .toEqual({ kind: 'variation', variation: 'off' });
  expect(created.json.id).not.toBe(id);
});

test('a plan that is refused takes no rule, though it came with force', async () => {
  const { call, path } = await startRollout();
  expect((await call('POST', `${ROLLOUTS}?force=true`, { ...PLAN, treatment: 'blue' })).status).toBe(422);
  expect((await call('GET', path)).json.state.kind).toBe('progressing');
});

test('a capped rollout that succeeds goes on to serve its cap, and an undo takes it back', async () => {
  const { call, path, served } = await startRollout({ ...PLAN, maxTreatment: '50%', bake: '10m' });
  await call('POST', `${path}/promote`, {});
  const succeeded = await call('POST', `${path}/promote`, {});
  expect(succeeded.json).toMatchObject({ active: false, treatmentPpm: 500_000, state: { kind: 'succeeded' } });
  expect(await served()).toMatchObject({
    kind: 'split',
    ranges: [{ toPpm: 500_000, variation: 'on' }, { variation: 'off' }],
  });
  expect((await call('POST', `${path}/undo`, {})).status).toBe(200);
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
});

test('a stage with a scope serves it beside its share, and the next stage has more people or more of them', async () => {
  const scope = { attribute: 'country', operator: 'equals', values: ['DE'] };
  const stages = [{ treatment: '5%', scope }, { treatment: '5%' }, { treatment: '100%' }];
  const { call, path, served } = await startRollout({ flag: 'new-checkout', treatment: 'on', stages });
  expect(await served()).toMatchObject({ kind: 'rollout', stageIndex: 0, treatmentPpm: 50_000, scope });
  const explained = await call('POST', `${FLAG}/explain`, { context: { targetingKey: 'a', country: 'FR' } });
  expect(explained.json.steps).toContainEqual(expect.objectContaining({ kind: 'scope', outside: true }));
  expect((await call('POST', `${path}/promote`, {})).json.stageIndex).toBe(1);
  expect(await served()).not.toHaveProperty('scope');
  expect((await call('POST', `${path}/jump`, { stageIndex: 0 })).json.stageIndex).toBe(0);
  expect(await served()).toMatchObject({ scope });
});

test('a rollout is not started when a stage could not be given back as it is served, and nobody could edit the flag', async () => {
  const { call, served } = await startServer();
  const beta = { attribute: 'beta', operator: 'exists' };
  const oneOf = (attribute: string) => ({
    any: Array.from({ length: 150 }, (_, value) => ({ attribute, operator: 'equals', values: [value] })),
  });
  const deep = Array.from({ length: 9 }).reduce((inner: object) => ({ not: inner }), beta);
  const refusalOf = async (conditions: object[], scope?: object) => {
    const stages = [{ treatment: '5%', ...(scope && { scope }) }, { treatment: '100%' }];
    const caps = conditions.map((condition) => ({ condition, maxTreatment: '0%' }));
    return (await call('POST', ROLLOUTS, { flag: 'new-checkout', treatment: 'on', stages, caps })).json.errors;
  };
  expect(await refusalOf([oneOf('country'), oneOf('plan')])).toMatchObject([
    { pointer: '/caps', detail: expect.stringContaining('at most 200 leaves') },
  ]);
  expect(await refusalOf([oneOf('country')], oneOf('plan'))).toMatchObject([{ pointer: '/stages/0/scope' }]);
  expect(await refusalOf([deep])).toMatchObject([{ pointer: '/caps', detail: expect.stringContaining('10 levels') }]);
  expect(await refusalOf([oneOf('country'), beta])).toBeUndefined();
  await expect.poll(async () => (await served()).kind).toBe('rollout');
  const { etag } = await call('GET', FLAG);
  expect((await call('PATCH', FLAG, { description: 'edited meanwhile' }, etag)).status).toBe(200);
});

test('a cap keeps a segment at the share of its stage, to the success and beyond, until an undo', async () => {
  const trial = { attribute: 'plan', operator: 'equals', values: ['trial'] };
  const german = { segment: 'germany' };
  const capAt = (maxTreatment: string) => ({
    ...{ flag: 'new-checkout', treatment: 'on', stages: ['5%', '25%', '100%'].map((treatment) => ({ treatment })) },
    caps: [
      { condition: german, maxTreatment },
      { condition: trial, maxTreatment: '0%' },
    ],
  });
  const { call, served } = await startServer();
  const segment = { key: 'germany', condition: { attribute: 'country', operator: 'equals', values: ['DE'] } };
  const refusedOf = async (plan: object) => (await call('POST', ROLLOUTS, plan)).json;
  expect((await refusedOf(capAt('5%'))).code).toBe('unknown-segment');
  expect((await call('POST', `${ENVIRONMENT}/segments`, segment)).status).toBe(201);
  expect((await refusedOf(capAt('20%'))).detail).toContain('say 5 % or 25 %');
  const { path } = await begin(call, capAt('5%'));
  // Whoever gets nothing takes no part; the other cap is no less than the first stage.
  expect(await served()).toMatchObject({ treatmentPpm: 50_000, scope: { not: trial } });
  expect(await served()).not.toHaveProperty('caps');
  const { etag } = await call('GET', `${ENVIRONMENT}/segments/germany`);
  const archived = await call('POST', `${ENVIRONMENT}/segments/germany/archive`, {}, etag);
  expect(archived.json).toMatchObject({ code: 'still-used', detail: expect.stringContaining('of new-checkout') });
  await call('POST', `${path}/promote`, {});
  expect(await served()).toMatchObject({
    treatmentPpm: 250_000,
    caps: [{ condition: german, treatmentPpm: 50_000, stageIndex: 0 }],
  });
  const explained = await call('POST', `${FLAG}/explain`, { context: { targetingKey: 'a', country: 'DE' } });
  expect(explained.json.steps).toContainEqual(expect.objectContaining({ kind: 'cap', capped: true }));
  await call('POST', `${path}/promote`, {});
  expect((await call('POST', `${path}/promote`, {})).json.state.kind).toBe('succeeded');
  const capped = await served();
  expect(capped).toMatchObject({
    kind: 'split',
    ranges: [{ toPpm: 1_000_000, variation: 'on' }],
    caps: [
      { condition: trial, ranges: [{ toPpm: 1_000_000, variation: 'off' }] },
      { condition: german, ranges: [{ toPpm: 50_000, variation: 'on' }, { variation: 'off' }] },
    ],
  });
  // It is an ordinary rule now, and held to what any other is.
  const tag = (await call('GET', FLAG)).etag;
  const write = async (caps: object) =>
    (await call('PATCH', FLAG, { fallthrough: { ...capped, caps } }, tag)).json.code;
  expect(await write([{ ...capped.caps[0], condition: { segment: 'nobody' } }])).toBe('unknown-segment');
  expect(await write([{ ...capped.caps[0], ranges: [] }])).toBe('invalid-request');
  expect(await write([{ ...capped.caps[1], ranges: capped.caps[1].ranges.slice(1) }])).toBe('split-sum');
  expect((await call('POST', `${path}/undo`, {})).status).toBe(200);
  expect(await served()).toEqual({ kind: 'variation', variation: 'off' });
  // Nothing holds the segment any more; and without it the rollout, tried again, would cap nobody.
  await expect.poll(async () => (await call('GET', path)).json.state.kind).toBe('rolledBack');
  expect((await call('POST', `${ENVIRONMENT}/segments/germany/archive`, {}, etag)).status).toBe(200);
  await call('POST', `${path}/retry`, {});
  await expect.poll(async () => (await call('GET', path)).json.state.kind).toBe('cancelled');
  const [last] = (await call('GET', `${path}/decisions`)).json.items;
  expect(last.reason).toContain('no segment germany');
});
