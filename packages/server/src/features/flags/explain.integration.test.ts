import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BASE, ENVIRONMENT, openRestApi, type RestApi } from '../../rest-api.fixture.ts';

const START_MS = Date.parse('2026-03-01T12:00:00Z');
const MINUTE_MS = 60_000;
let clock: ReturnType<typeof manualClock>;
let api: RestApi;

beforeEach(async () => {
  clock = manualClock(START_MS);
  api = await openRestApi({ nowMs: clock.nowMs });
});
afterEach(() => api.close());

const ANN = { targetingKey: 'ann' };

const post = (path: string, body: object, key = api.keys.editor) =>
  request(api.app).post(`${BASE}${path}`).set('authorization', `Bearer ${key}`).send(body);
const explain = (flagKey: string, body: object) => post(`/flags/${flagKey}/explain`, body, api.keys.reader);

/** A minute after whatever came before. */
const create = async (path: string, document: object, reason = '') => {
  clock.advance(MINUTE_MS);
  return (await post(`${path}?reason=${encodeURIComponent(reason)}`, document).expect(201)).body;
};
const act = async (path: string, action: string, { revision }: { revision: number }, body: object) => {
  clock.advance(MINUTE_MS);
  const call = post(`${path}/${action}`, body).set('if-match', `"${revision}"`);
  return (await call.expect(200)).body;
};

const on = { kind: 'variation', variation: 'on' };
const inSegment = (segment: string) => [{ id: segment, condition: { segment }, serve: on }];

test('a moment is asked for by its instant, and the answer says which revision was in force', async () => {
  const flag = await create('/flags', { key: 'a', fallthrough: on });
  const enabled = await act('/flags/a', 'toggle', flag, { enabled: true, reason: 'launch' });
  const at = async (atMs: number) => {
    const { body } = await explain('a', { context: ANN, atMs }).expect(200);
    return [body.revision, body.evaluation.variation];
  };
  expect(await at(enabled.updatedAtMs - 1)).toEqual([flag.revision, 'off']);
  expect(await at(enabled.updatedAtMs)).toEqual([enabled.revision, 'on']);
  expect(await at(enabled.updatedAtMs + MINUTE_MS)).toEqual([enabled.revision, 'on']);
});

test('for the flag and for all that took part it says who made it so, when and why', async () => {
  await create('/segments', { key: 'inner', included: ['ann'] });
  await create('/segments', { key: 'outer', condition: { segment: 'inner' } }, 'the pilot');
  await create('/segments', { key: 'unasked' });
  await create('/flags', { key: 'wanted', enabled: true, fallthrough: on });
  const flag = await create('/flags', {
    key: 'a',
    enabled: true,
    prerequisites: [{ flag: 'wanted', variations: ['on'] }],
    rules: [...inSegment('outer'), ...inSegment('unasked')],
  });
  await act('/flags/a', 'toggle', flag, { enabled: false, reason: 'too early' });
  const { body } = await explain('a', { context: ANN, revision: flag.revision }).expect(200);
  expect(body.evaluation).toMatchObject({ variation: 'on', ruleId: 'outer' });
  const actor = { kind: 'key', name: 'the editor' };
  expect(body.changes).toMatchObject([
    { kind: 'flag', key: 'a', action: 'created', revision: flag.revision, atMs: flag.updatedAtMs, actor },
    { kind: 'flag', key: 'wanted', action: 'created', actor },
    { kind: 'segment', key: 'outer', reason: 'the pilot', atMs: START_MS + 2 * MINUTE_MS, actor },
    { kind: 'segment', key: 'inner', actor },
  ]);
  const now = await explain('a', { context: ANN }).expect(200);
  expect(now.body.changes).toMatchObject([{ key: 'a', action: 'disabled', reason: 'too early' }]);
});

test('what the controller did is told as its doing', async () => {
  const flag = await create('/flags', { key: 'a', enabled: true, fallthrough: on });
  const row = await api.storage.findDocument({ environment: ENVIRONMENT, kind: 'flag', key: 'a' });
  const actor = { kind: 'controller', id: 'node-1', name: 'rollout controller' } as const;
  await api.storage.appendChange({
    ...{ environment: ENVIRONMENT, kind: 'flag', key: 'a', document: row?.document, archived: false },
    ...{ action: 'rollout-kill', actor, reason: 'run-errors failed', atMs: clock.nowMs() },
    expectedRevision: flag.revision,
  });
  const { body } = await explain('a', { context: ANN }).expect(200);
  expect(body.changes).toMatchObject([{ action: 'rollout-kill', actor, reason: 'run-errors failed' }]);
});

test('a segment that was archived by then is told with the change that archived it', async () => {
  const segment = await create('/segments', { key: 'gone', included: ['ann'] });
  const flag = await create('/flags', { key: 'a', enabled: true, rules: inSegment('gone') });
  await api.storage.appendChange({
    ...{ environment: ENVIRONMENT, kind: 'segment', key: 'gone', document: { key: 'gone' }, archived: true },
    ...{ action: 'archived', actor: { kind: 'setup', id: 's', name: 's' }, reason: 'cleaning', atMs: clock.nowMs() },
    expectedRevision: segment.revision,
  });
  const { body } = await explain('a', { context: ANN }).expect(200);
  expect(body.evaluation.variation).toBe('off');
  expect(body.changes).toMatchObject([
    { key: 'a', revision: flag.revision },
    { key: 'gone', archived: true, reason: 'cleaning' },
  ]);
});

test('a rule that asks for the time is told the asked instant', async () => {
  const noon = '2026-03-01T12:30:00Z';
  const condition = { attribute: '$now', operator: 'after', values: [noon] };
  await create('/flags', { key: 'a', enabled: true, rules: [{ id: 'afternoon', condition, serve: on }] });
  const at = async (atMs: number) => (await explain('a', { context: ANN, atMs })).body.evaluation.variation;
  expect(await at(Date.parse(noon) - MINUTE_MS)).toBe('off');
  expect(await at(Date.parse(noon) + MINUTE_MS)).toBe('on');
});

test('a moment that never was is refused with what there was', async () => {
  await create('/flags', { key: 'a' });
  const early = await explain('a', { context: ANN, atMs: START_MS - 1 }).expect(404);
  expect(early.body).toMatchObject({
    code: 'not-found',
    detail: `At 2026-03-01T11:59:59.999Z ${ENVIRONMENT} had no revision yet: its first change was made at 2026-03-01T12:00:00.000Z.`,
  });
  const late = await explain('a', { context: ANN, revision: 99 }).expect(404);
  expect(late.body.detail).toBe(`${ENVIRONMENT} is at revision 3: there is no revision 99 yet.`);
  const before = await explain('a', { context: ANN, revision: 2 }).expect(404);
  expect(before.body.detail).toBe(`${ENVIRONMENT} has no flag a at revision 2.`);
  const both = await explain('a', { context: ANN, revision: 3, atMs: START_MS }).expect(400);
  expect(both.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/atMs' }] });
});
