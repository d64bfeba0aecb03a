import type { RolloutPlan } from '@tidegate/analysis';
import type { Serve } from '@tidegate/evaluation';
import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BASE, ENVIRONMENT, openRestApi, type RestApi } from '../../rest-api.fixture.ts';
import type { RolloutRow } from '../../storage/storage.ts';
import { flagDocumentOf, withServe } from './index.ts';

const clock = manualClock(1_700_000_000_000);
const FLAG = `${BASE}/flags/new-checkout`;
const ACTOR = { kind: 'controller', id: 'test', name: 'test' } as const;
const RULES = ['staff', 'everyone'].map((id) => ({
  id,
  condition: { all: [] },
  serve: { kind: 'variation', variation: 'off' },
}));
const SERVE: Serve = {
  kind: 'rollout',
  rolloutId: 'r1',
  epoch: 1,
  stageIndex: 0,
  treatment: 'on',
  control: 'off',
  treatmentPpm: 10_000,
};
const PLAN: RolloutPlan = {
  flagKey: 'new-checkout',
  rule: 'everyone',
  treatment: 'on',
  control: 'off',
  unit: 'targetingKey',
  stages: [{ treatmentPpm: 10_000, dwellMs: 0, minUnits: 1 }],
  bakeMs: 0,
  alpha: 0.05,
  guards: [{ metric: 'run-errors', weight: 1 }],
  noDataMs: 1_000,
  confirmMs: 1_000,
};

let api: RestApi;
beforeEach(async () => {
  api = await openRestApi({ nowMs: clock.nowMs });
  await send('post', `${BASE}/flags`).send({ key: 'new-checkout', rules: RULES }).expect(201);
});
afterEach(() => api.close());

const send = (method: 'get' | 'post' | 'patch', path: string) =>
  request(api.app)[method](path).set('authorization', `Bearer ${api.keys.admin}`);
const change = async (method: 'post' | 'patch', path: string, body: object) =>
  send(method, path)
    .set('if-match', (await send('get', FLAG)).headers['etag'] ?? '')
    .send(body);

/** What the controller does at the start of a rollout: it owns the rule, and the rule serves it. */
async function startRollout(): Promise<void> {
  const { storage } = api;
  const row: RolloutRow = {
    id: 'r1',
    environment: ENVIRONMENT,
    flagKey: 'new-checkout',
    rule: 'everyone',
    plan: PLAN,
    state: { kind: 'progressing', stageIndex: 0, stageEnteredAtMs: 0, holds: [] },
    anchor: RULES[1]?.serve,
    epoch: 1,
    version: 1,
    active: true,
    servedRevision: null,
    createdAtMs: 0,
    createdBy: ACTOR,
    updatedAtMs: 0,
  };
  expect(await storage.createRollout(row)).toBe('created');
  await serveAs(SERVE);
}

async function serveAs(serve: Serve): Promise<void> {
  const id = { environment: ENVIRONMENT, kind: 'flag', key: 'new-checkout' } as const;
  const flag = await api.storage.findDocument(id);
  if (flag === undefined) throw new Error('no flag');
  await api.storage.appendChange({
    ...id,
    document: withServe(flagDocumentOf(flag), 'everyone', serve),
    archived: false,
    action: 'rollout-start',
    actor: ACTOR,
    reason: '',
    atMs: 0,
    expectedRevision: flag.revision,
  });
}

test('only the controller lets a rule serve a rollout', async () => {
  const rules = RULES.map((rule) => ({ ...rule, serve: SERVE }));
  const reply = await change('patch', FLAG, { rules });
  expect(reply.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/rules/0/serve' }] });
  const evaluated = { kind: 'evaluated', variation: 'on', reason: 'STATIC' };
  expect((await change('patch', FLAG, { fallthrough: evaluated })).body.code).toBe('invalid-request');
});

test('while a rollout is active, its arms stay among the variations, also before it serves both and after', async () => {
  await startRollout();
  for (const [serves, lost] of [
    ['off', 'on'],
    ['on', 'off'],
  ] as const) {
    await serveAs({ kind: 'variation', variation: serves });
    const rules = (await send('get', FLAG)).body.rules.map((rule: { id: string }) =>
      rule.id === 'everyone' ? rule : { ...rule, serve: { kind: 'variation', variation: serves } },
    );
    const without = { variations: [{ key: serves, value: true }], offVariation: serves, rules };
    const fallthrough = { kind: 'variation', variation: serves };
    const reply = await change('patch', FLAG, { ...without, fallthrough });
    expect(reply.body).toMatchObject({ code: 'still-used', detail: expect.stringContaining(`variation ${lost}`) });
  }
});

test('while a rollout is active, nobody else changes what its rule serves, or takes it away', async () => {
  await startRollout();
  const { rules } = (await send('get', FLAG)).body;
  for (const changed of [[rules[0]], RULES, [rules[0], { ...rules[1], serve: { ...SERVE, treatmentPpm: 20_000 } }]]) {
    const reply = await change('patch', FLAG, { rules: changed });
    expect(reply.status).toBe(409);
    expect(reply.body.code).toBe('rule-owned-by-rollout');
  }
  expect((await change('post', `${FLAG}/archive`, {})).body.code).toBe('rule-owned-by-rollout');
});

test('while a rollout is active, everything else of the flag can be changed', async () => {
  await startRollout();
  const { rules } = (await send('get', FLAG)).body;
  const more = [{ ...RULES[0], id: 'more' }, { ...rules[1], condition: { any: [] } }, rules[0]];
  const reply = await change('patch', FLAG, { description: 'under way', rules: more });
  expect(reply.status).toBe(200);
  expect(reply.body.rules).toMatchObject([{ id: 'more' }, { id: 'everyone', serve: SERVE }, { id: 'staff' }]);
});

test('a second rule cannot borrow the rollout of the first', async () => {
  await startRollout();
  const { rules } = (await send('get', FLAG)).body;
  const reply = await change('patch', FLAG, { rules: [{ ...rules[0], serve: SERVE }, rules[1]] });
  expect(reply.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/rules/0/serve' }] });
});

test('a flag can always be switched off, also in the middle of a rollout', async () => {
  await startRollout();
  const reply = await change('post', `${FLAG}/toggle`, { enabled: false });
  expect(reply.status).toBe(200);
  expect(reply.body.rules[1].serve).toEqual(SERVE);
});

test('a revision that served a rollout does not come back once the rollout is over', async () => {
  await startRollout();
  const { revision } = (await send('get', FLAG)).body;
  const rollout = await api.storage.findRollout(ENVIRONMENT, 'r1');
  if (rollout === undefined) throw new Error('no rollout');
  await serveAs({ kind: 'variation', variation: 'on' });
  // What `saveDecision` does when a rollout succeeds, without the decision.
  const state = { kind: 'succeeded', atMs: 0 } as const;
  const ended = await api.storage.saveDecision(
    {
      rolloutId: 'r1',
      environment: ENVIRONMENT,
      expectedVersion: rollout.version,
      state,
      active: false,
      epoch: rollout.epoch,
      plan: rollout.plan,
      decision: { kind: 'succeed', state, reason: '', changed: true },
      input: {} as never,
      waitsKept: null,
      atMs: 0,
      change: null,
      records: [],
      notices: [],
    },
    null,
  );
  expect(ended.kind).toBe('saved');
  expect((await change('post', `${FLAG}/restore`, { revision })).body.code).toBe('revision-serves-rollout');
  expect((await change('post', `${FLAG}/restore`, { revision: revision - 1 })).status).toBe(200);
});

test('restoring inside a rollout is refused where it would change the owned rule, and taken where it would not', async () => {
  await startRollout();
  const { revision } = (await send('get', FLAG)).body;
  await change('patch', FLAG, { description: 'later' });
  expect((await change('post', `${FLAG}/restore`, { revision })).body.description).toBe('');
  const before = await change('post', `${FLAG}/restore`, { revision: revision - 1 });
  expect(before.body.code).toBe('rule-owned-by-rollout');
});

test('a metric that guards an active rollout cannot be archived', async () => {
  await startRollout();
  const metric = `${BASE}/metrics/run-errors`;
  const { headers } = await send('get', metric).expect(200);
  const archive = (path: string, etag: string) => send('post', `${path}/archive`).set('if-match', etag).send();
  expect((await archive(metric, headers['etag'] ?? '')).body.code).toBe('still-used');
  expect((await archive(`${BASE}/metrics/slow-runs`, '"2"')).status).toBe(200);
});
