import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BASE, openRestApi, type RestApi, type RestApiKeys } from '../../rest-api.fixture.ts';

const FLAGS = `${BASE}/flags`;
const clock = manualClock(1_700_000_000_000);
let api: RestApi;

beforeEach(async () => {
  api = await openRestApi({ nowMs: clock.nowMs });
});
afterEach(() => api.close());

interface Call {
  readonly as?: keyof RestApiKeys;
  readonly ifMatch?: number;
}

const send = (method: 'get' | 'post' | 'patch', path: string, { as = 'admin', ifMatch }: Call = {}) => {
  const call = request(api.app)[method](path).set('authorization', `Bearer ${api.keys[as]}`);
  return ifMatch === undefined ? call : call.set('if-match', `"${ifMatch}"`);
};
const create = async (flag: object) => (await send('post', FLAGS).send(flag).expect(201)).body;
const read = async (key: string) => (await send('get', `${FLAGS}/${key}`).expect(200)).body;
const patch = async (key: string, change: object) =>
  send('patch', `${FLAGS}/${key}`, { ifMatch: (await read(key)).revision }).send(change);
const act = async (key: string, action: string, body: object = {}) =>
  send('post', `${FLAGS}/${key}/${action}`, { ifMatch: (await read(key)).revision }).send(body);

test('a change is checked as it would be saved, and is not', async () => {
  const schema = { type: 'object', required: ['limit'] };
  const variations = [{ key: 'a', value: { limit: 1 } }];
  const made = await create({ key: 'limits', kind: 'json', valueSchema: schema, variations, offVariation: 'a' });
  const check = (change: object) => send('post', `${FLAGS}/limits/check`).send(change);
  await check({ variations: [{ key: 'a', value: { limit: 2 } }] }).expect(204);
  const refused = await check({ variations: [{ key: 'a', value: {} }] }).expect(422);
  expect(refused.body).toMatchObject({ code: 'value-mismatch', errors: [{ pointer: '/variations/0/value' }] });
  expect((await check({ prerequisites: [{ flag: 'x', variations: ['on'] }] })).body.code).toBe('unknown-prerequisite');
  expect(await read('limits')).toEqual(made);
});

describe('creating a flag', () => {
  test('takes no more than a key: a disabled boolean flag that serves off', async () => {
    const reply = await send('post', `${FLAGS}?reason=try%20it`).send({ key: 'new-checkout' }).expect(201);
    expect(reply.body).toEqual({
      key: 'new-checkout',
      kind: 'boolean',
      variations: [
        { key: 'off', value: false },
        { key: 'on', value: true },
      ],
      enabled: false,
      offVariation: 'off',
      fallthrough: { kind: 'variation', variation: 'off' },
      salt: expect.stringMatching(/^[0-9a-f-]{36}$/),
      prerequisites: [],
      targets: [],
      rules: [],
      clientSide: 'off',
      description: '',
      tags: [],
      temporary: false,
      createdAtMs: clock.nowMs(),
      updatedAtMs: clock.nowMs(),
      revision: 3,
      archived: false,
    });
    expect(reply.headers).toMatchObject({ etag: '"3"', location: `${FLAGS}/new-checkout` });
    expect(await read('new-checkout')).toEqual(reply.body);
  });

  test('names the variations of other kinds, and serves the first of them', async () => {
    const variations = [
      { key: 'small', value: 10 },
      { key: 'large', value: 100 },
    ];
    expect(await create({ key: 'page-size', kind: 'number', variations })).toMatchObject({
      offVariation: 'small',
      fallthrough: { kind: 'variation', variation: 'small' },
    });
    const reply = await send('post', FLAGS).send({ key: 'theme', kind: 'string' }).expect(400);
    expect(reply.body).toMatchObject({ code: 'invalid-request', errors: [{ pointer: '/variations' }] });
  });

  test('is refused for a key that is taken, also by an archived flag', async () => {
    await create({ key: 'a' });
    await act('a', 'archive');
    const reply = await send('post', FLAGS).send({ key: 'a' }).expect(409);
    expect(reply.body.code).toBe('already-exists');
  });

  test('keeps the salt that it brings, so that its users keep their variations', async () => {
    expect(await create({ key: 'moved-here', salt: 'of-another-server' })).toMatchObject({ salt: 'of-another-server' });
  });

  test.each(['revision', 'createdAtMs', 'archived', 'environment', 'id'])(
    'is refused when it brings its own %s',
    async (member) => {
      const reply = await send('post', FLAGS)
        .send({ key: 'a', [member]: 1 })
        .expect(400);
      expect(reply.body.errors).toEqual([{ pointer: `/${member}`, detail: 'there is no such member' }]);
    },
  );
});

describe('listing flags', () => {
  test('goes page by page, by key', async () => {
    for (const key of ['c', 'a', 'b']) await create({ key });
    const first = await send('get', `${FLAGS}?limit=2`).expect(200);
    expect(first.body).toMatchObject({ items: [{ key: 'a' }, { key: 'b' }], next: 'b' });
    const second = await send('get', `${FLAGS}?limit=2&after=${first.body.next}`).expect(200);
    expect(second.body).toMatchObject({ items: [{ key: 'c' }], next: null });
  });

  test('leaves out archived flags unless asked', async () => {
    await create({ key: 'a' });
    await act('a', 'archive');
    expect((await send('get', FLAGS)).body.items).toEqual([]);
    expect((await send('get', `${FLAGS}?archived=true`)).body.items).toMatchObject([{ key: 'a', archived: true }]);
  });
});

describe('changing a flag', () => {
  test('merges what is named, and null brings a default back', async () => {
    await create({ key: 'a', description: 'old', tags: ['x'], owner: 'ann' });
    const reply = await patch('a', { description: null, owner: null, tags: ['y', 'z'], enabled: true });
    expect(reply.status).toBe(200);
    expect(reply.body).toMatchObject({ description: '', tags: ['y', 'z'], enabled: true });
    expect(reply.body).not.toHaveProperty('owner');
  });

  test('never changes key, kind, salt or birth', async () => {
    const { salt, createdAtMs } = await create({ key: 'a' });
    for (const member of ['key', 'kind', 'salt', 'createdAtMs']) {
      expect((await patch('a', { [member]: 'x' })).body.code).toBe('invalid-request');
    }
    clock.advance(1_000);
    const { body } = await patch('a', { enabled: true });
    expect(body).toMatchObject({ salt, createdAtMs, updatedAtMs: createdAtMs + 1_000 });
  });

  test('changes one kind of serve into another', async () => {
    await create({ key: 'a' });
    const fallthrough = { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }] };
    expect((await patch('a', { fallthrough })).body.fallthrough).toEqual(fallthrough);
  });

  test('needs to know what it changes', async () => {
    const { revision } = await create({ key: 'a' });
    const without = await send('patch', `${FLAGS}/a`).send({ enabled: true }).expect(428);
    expect(without.body.code).toBe('precondition-required');
    await send('patch', `${FLAGS}/a`, { ifMatch: revision }).send({ description: 'mine' }).expect(200);
    const stale = await send('patch', `${FLAGS}/a`, { ifMatch: revision }).send({ description: 'theirs' }).expect(412);
    expect(stale.body.code).toBe('precondition-failed');
    expect(stale.headers['etag']).toBe(`"${revision + 1}"`);
    expect((await read('a')).description).toBe('mine');
  });

  test('is refused while it is archived', async () => {
    await create({ key: 'a' });
    await act('a', 'archive');
    expect((await patch('a', { enabled: true })).body.code).toBe('archived');
    expect((await act('a', 'toggle', { enabled: true })).body.code).toBe('archived');
    expect((await act('a', 'archive')).body.code).toBe('archived');
  });

  test('reading again costs nothing when nothing changed', async () => {
    const { revision } = await create({ key: 'a' });
    await send('get', `${FLAGS}/a`).set('if-none-match', `"${revision}"`).expect(304);
    await act('a', 'toggle', { enabled: true });
    await send('get', `${FLAGS}/a`).set('if-none-match', `"${revision}"`).expect(200);
  });
});

describe('toggling a flag', () => {
  test('is one change, with its reason', async () => {
    await create({ key: 'a' });
    expect((await act('a', 'toggle', { enabled: true, reason: 'launch' })).body).toMatchObject({ enabled: true });
    const history = await send('get', `${FLAGS}/a/history?limit=1`).expect(200);
    expect(history.body.items).toMatchObject([
      {
        action: 'enabled',
        reason: 'launch',
        actor: { kind: 'key', name: 'first operator' },
        diff: [{ op: 'replace', path: '/enabled', from: false, value: true }],
      },
    ]);
  });

  test('to what it is already changes nothing, and nor does a patch that says nothing new', async () => {
    const { revision } = await create({ key: 'a', tags: ['x'] });
    expect((await act('a', 'toggle', { enabled: false })).body.revision).toBe(revision);
    expect((await patch('a', { tags: ['x'], description: null })).body.revision).toBe(revision);
    expect((await act('a', 'restore', { revision })).body.revision).toBe(revision);
  });

  test('lets a killer switch off, never on', async () => {
    const { revision } = await create({ key: 'a', enabled: true });
    const toggle = (ifMatch: number) => send('post', `${FLAGS}/a/toggle`, { as: 'killer', ifMatch });
    const off = await toggle(revision).send({ enabled: false }).expect(200);
    const on = await toggle(off.body.revision).send({ enabled: true }).expect(403);
    expect(on.body.code).toBe('forbidden');
    expect((await read('a')).enabled).toBe(false);
  });
});

describe('going back', () => {
  test('a flag is restored to what it was at a revision', async () => {
    const { revision } = await create({ key: 'a', description: 'first' });
    await patch('a', { description: 'second', enabled: true });
    const reply = await act('a', 'restore', { revision, reason: 'second thoughts' });
    expect(reply.body).toMatchObject({ description: 'first', enabled: false, revision: revision + 2 });
  });

  test('an archived flag comes back', async () => {
    const { revision } = await create({ key: 'a' });
    const archived = await act('a', 'archive');
    expect((await act('a', 'restore', { revision: archived.body.revision })).body.code).toBe('archived');
    expect((await act('a', 'restore', { revision })).body).toMatchObject({ archived: false });
  });

  test('not to a revision from before it was there', async () => {
    await create({ key: 'a' });
    expect((await act('a', 'restore', { revision: 1 })).body.code).toBe('not-found');
  });

  test('not to what no longer fits its environment', async () => {
    await send('post', `${BASE}/segments`).send({ key: 'beta' }).expect(201);
    const rules = [{ id: 'r', condition: { segment: 'beta' }, serve: { kind: 'variation', variation: 'on' } }];
    const { revision } = await create({ key: 'a', rules });
    await patch('a', { rules: [] });
    const segment = await send('get', `${BASE}/segments/beta`);
    await send('post', `${BASE}/segments/beta/archive`, { ifMatch: segment.body.revision }).expect(200);
    expect((await act('a', 'restore', { revision })).body.code).toBe('unknown-segment');
    const changed = await act('a', 'restore', { revision, patch: { rules: [], description: 'without the beta' } });
    expect(changed.body).toMatchObject({ rules: [], description: 'without the beta' });
    expect((await act('a', 'restore', { revision, patch: { salt: 'x' } })).body.code).toBe('invalid-request');
  });

  test('the history tells every step, newest first, page by page', async () => {
    await create({ key: 'a' });
    await patch('a', { tags: ['x'] });
    await act('a', 'archive', { reason: 'done' });
    const first = await send('get', `${FLAGS}/a/history?limit=2`).expect(200);
    expect(first.body.items).toMatchObject([
      { action: 'archived', archived: true, reason: 'done', diff: [] },
      { action: 'updated', diff: [{ op: 'add', path: '/tags/0', value: 'x' }] },
    ]);
    const second = await send('get', `${FLAGS}/a/history?limit=2&after=${first.body.next}`).expect(200);
    expect(second.body).toMatchObject({ items: [{ action: 'created', diffTruncated: false }], next: null });
  });
});

describe('a flag among others', () => {
  test('can wait for another one, but not in a circle', async () => {
    await create({ key: 'a' });
    await create({ key: 'b', prerequisites: [{ flag: 'a', variations: ['on'] }] });
    const reply = await patch('a', { prerequisites: [{ flag: 'b', variations: ['on'] }] });
    expect(reply.status).toBe(422);
    expect(reply.body).toMatchObject({ code: 'cyclic-prerequisite', detail: expect.stringContaining('a → b → a') });
    const itself = await patch('a', { prerequisites: [{ flag: 'a', variations: ['on'] }] });
    expect(itself.body.code).toBe('cyclic-prerequisite');
  });

  test('cannot be archived, nor lose a variation, while another one waits for it', async () => {
    await create({ key: 'a' });
    await create({ key: 'b', prerequisites: [{ flag: 'a', variations: ['on'] }] });
    expect((await act('a', 'archive')).body.code).toBe('still-used');
    expect((await patch('a', { variations: [{ key: 'off', value: false }] })).body.code).toBe('still-used');
  });
});

describe('explaining', () => {
  const rules = [
    {
      id: 'pro',
      condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
      serve: { kind: 'variation', variation: 'on' },
    },
  ];
  const explain = (body: object) => send('post', `${FLAGS}/a/explain`, { as: 'reader' }).send(body);

  test('tells each step of what a context gets', async () => {
    await create({ key: 'a', enabled: true, rules });
    const reply = await explain({ context: { targetingKey: 'u1', plan: 'pro' } }).expect(200);
    expect(reply.body).toMatchObject({
      flagKey: 'a',
      evaluation: { value: true, variation: 'on', reason: 'TARGETING_MATCH', ruleId: 'pro' },
    });
    expect(reply.body.steps).toContainEqual(expect.objectContaining({ kind: 'rule', ruleId: 'pro', matched: true }));
  });

  test('tells what was served at an earlier revision, with the segments of that time', async () => {
    await send('post', `${BASE}/segments`)
      .send({ key: 'beta', included: ['u1'] })
      .expect(201);
    const condition = { segment: 'beta' };
    const { revision } = await create({ key: 'a', enabled: true, rules: [{ ...rules[0], condition }] });
    const segment = await send('patch', `${BASE}/segments/beta`, { ifMatch: revision - 1 })
      .send({ included: [] })
      .expect(200);
    expect(segment.body.included).toEqual([]);
    const context = { targetingKey: 'u1' };
    expect((await explain({ context })).body.evaluation.variation).toBe('off');
    expect((await explain({ context, revision })).body.evaluation.variation).toBe('on');
    expect((await explain({ context, revision: 1 })).body.code).toBe('not-found');
  });
});
