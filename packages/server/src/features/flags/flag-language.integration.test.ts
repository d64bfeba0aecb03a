import { manualClock } from '@tidegate/testkit';
import request from 'supertest';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BASE, openRestApi, type RestApi } from '../../rest-api.fixture.ts';

const FLAGS = `${BASE}/flags`;
const clock = manualClock(1_700_000_000_000);
let api: RestApi;

beforeEach(async () => {
  api = await openRestApi({ nowMs: clock.nowMs });
});
afterEach(() => api.close());

const send = (method: 'get' | 'post' | 'patch', path: string) =>
  request(api.app)[method](path).set('authorization', `Bearer ${api.keys.admin}`);
const post = (flag: object) => send('post', FLAGS).send(flag);
const create = async (flag: object) => (await post(flag).expect(201)).body;
const patch = async (path: string, change: object) => {
  const { revision } = (await send('get', path).expect(200)).body;
  return send('patch', path).set('if-match', `"${revision}"`).send(change);
};
const patchFlag = (key: string, change: object) => patch(`${FLAGS}/${key}`, change);
const archive = async (path: string) => {
  const { revision } = (await send('get', path).expect(200)).body;
  return send('post', `${path}/archive`).set('if-match', `"${revision}"`).send({});
};
const refusalOf = ({ status, body }: request.Response) => ({ status, code: body.code, at: body.errors?.[0]?.pointer });

/** A rule that is asked for nobody but whom the condition holds for. */
const ruled = (condition: object) => [{ id: 'r', condition, serve: { kind: 'variation', variation: 'on' } }];
const asks = (flag: string, variations = ['on']) => ({ flag, variations });

describe('a holdout', () => {
  test('is a segment that is there, and stays while a flag holds it out', async () => {
    const refused = await post({ key: 'a', holdout: 'nobody' });
    expect(refusalOf(refused)).toEqual({ status: 422, code: 'unknown-segment', at: '/holdout' });
    await send('post', `${BASE}/segments`).send({ key: 'held' }).expect(201);
    expect(await create({ key: 'a', holdout: 'held' })).toMatchObject({ holdout: 'held' });
    expect(refusalOf(await archive(`${BASE}/segments/held`))).toMatchObject({ status: 409, code: 'still-used' });
    expect((await patchFlag('a', { holdout: null })).status).toBe(200);
    expect((await archive(`${BASE}/segments/held`)).status).toBe(200);
  });
});

describe('a condition that asks a flag', () => {
  test('names a flag and variations that are there', async () => {
    await create({ key: 'base' });
    const nested = { not: { any: [asks('base'), asks('gone')] } };
    expect(refusalOf(await post({ key: 'a', rules: ruled(nested) }))).toEqual({
      status: 422,
      code: 'unknown-prerequisite',
      at: '/rules/0/condition/not/any/1/flag',
    });
    expect(refusalOf(await post({ key: 'a', rules: ruled(asks('base', ['on', 'maybe'])) }))).toEqual({
      status: 422,
      code: 'unknown-prerequisite',
      at: '/rules/0/condition/variations',
    });
    await create({ key: 'a', rules: ruled(asks('base')) });
  });

  test('keeps what it asks for from going away', async () => {
    await create({ key: 'base' });
    await create({ key: 'a', rules: ruled(asks('base')) });
    expect(refusalOf(await archive(`${FLAGS}/base`))).toMatchObject({ code: 'still-used' });
    const without = { variations: [{ key: 'off', value: false }] };
    expect(refusalOf(await patchFlag('base', without))).toMatchObject({ code: 'still-used' });
  });

  test('goes in no circle, also not through a prerequisite', async () => {
    for (const key of ['a', 'b', 'c']) await create({ key });
    expect((await patchFlag('a', { rules: ruled(asks('b')) })).status).toBe(200);
    expect((await patchFlag('b', { prerequisites: [asks('c')] })).status).toBe(200);
    const refused = await patchFlag('c', { rules: ruled({ not: asks('a') }) });
    expect(refusalOf(refused)).toMatchObject({ status: 422, code: 'cyclic-prerequisite' });
    expect(refused.body.detail).toContain('c → a → b → c');
    expect(refusalOf(await patchFlag('c', { rules: ruled(asks('c')) }))).toMatchObject({ code: 'cyclic-prerequisite' });
  });

  test('makes no chain longer than evaluation follows, wherever a link is added', async () => {
    await create({ key: 'f0' });
    for (let n = 1; n <= 16; n += 1) await create({ key: `f${n}`, prerequisites: [asks(`f${n - 1}`)] });
    expect(refusalOf(await post({ key: 'f17', prerequisites: [asks('f16')] }))).toMatchObject({
      code: 'cyclic-prerequisite',
    });
    await create({ key: 'below' });
    const refused = await patchFlag('f0', { prerequisites: [asks('below')] });
    expect(refusalOf(refused)).toMatchObject({ code: 'cyclic-prerequisite' });
    expect(refused.body.detail).toContain('Flag f16 would lead to 17');
  });

  test('fans out no further than evaluation follows', async () => {
    await create({ key: 'g0' });
    const twice = (key: string) => ({ rules: ruled({ any: [asks(key), asks(key, ['off'])] }) });
    for (let n = 1; n <= 8; n += 1) await create({ key: `g${n}`, ...twice(`g${n - 1}`) });
    const refused = await post({ key: 'g9', ...twice('g8') });
    expect(refusalOf(refused)).toMatchObject({ code: 'cyclic-prerequisite' });
    expect(refused.body.detail).toContain('1022 along all paths');
  });

  test('is nothing for a segment', async () => {
    await create({ key: 'base' });
    const refused = await send('post', `${BASE}/segments`).send({ key: 's', condition: { all: [asks('base')] } });
    expect(refusalOf(refused)).toEqual({ status: 422, code: 'unevaluable', at: '/condition' });
  });
});

describe('segments in segments', () => {
  test('nest no deeper than evaluation follows, wherever a level is added', async () => {
    const segments = `${BASE}/segments`;
    await send('post', segments).send({ key: 's0' }).expect(201);
    for (let n = 1; n <= 15; n += 1) {
      await send('post', segments)
        .send({ key: `s${n}`, condition: { segment: `s${n - 1}` } })
        .expect(201);
    }
    const above = await send('post', segments).send({ key: 's16', condition: { segment: 's15' } });
    expect(refusalOf(above)).toMatchObject({ status: 422, code: 'cyclic-segment' });
    await send('post', segments).send({ key: 'below' }).expect(201);
    const below = await patch(`${segments}/s0`, { condition: { segment: 'below' } });
    expect(refusalOf(below)).toMatchObject({ status: 422, code: 'cyclic-segment' });
    expect(below.body.detail).toContain('Segment s15 would nest 16 deep');
  });
});

describe('layers', () => {
  const slice = (fromPpm: number, toPpm: number, more: object = {}) => ({
    layer: { key: 'checkout', fromPpm, toPpm, ...more },
  });

  test('are divided among flags, and what is left of them is told', async () => {
    await create({ key: 'b', ...slice(500_000, 600_000) });
    await create({ key: 'a', ...slice(100_000, 500_000, { unit: 'targetingKey' }), enabled: true });
    await create({ key: 'c', layer: { key: 'accounts', unit: 'org.id', fromPpm: 0, toPpm: 1_000_000 } });
    const layers = (await send('get', `${BASE}/layers`).expect(200)).body;
    expect(layers).toEqual({
      items: [
        {
          key: 'accounts',
          unit: 'org.id',
          slices: [{ flagKey: 'c', enabled: false, fromPpm: 0, toPpm: 1_000_000 }],
          free: [],
          freePpm: 0,
        },
        {
          key: 'checkout',
          unit: 'targetingKey',
          slices: [
            { flagKey: 'a', enabled: true, fromPpm: 100_000, toPpm: 500_000 },
            { flagKey: 'b', enabled: false, fromPpm: 500_000, toPpm: 600_000 },
          ],
          free: [
            { fromPpm: 0, toPpm: 100_000 },
            { fromPpm: 600_000, toPpm: 1_000_000 },
          ],
          freePpm: 500_000,
        },
      ],
      next: null,
    });
    const page = (await send('get', `${BASE}/layers?limit=1&after=accounts`).expect(200)).body;
    expect(page).toEqual({ items: [layers.items[1]], next: null });
  });

  test.each([
    ['overlaps', slice(399_999, 700_000)],
    ['lies inside', slice(100_001, 100_002)],
    ['divides another unit', slice(400_000, 500_000, { unit: 'org.id' })],
  ])('refuse a slice that %s', async (_, refused) => {
    await create({ key: 'a', ...slice(100_000, 400_000) });
    const reply = await post({ key: 'b', ...refused });
    expect(refusalOf(reply)).toEqual({ status: 422, code: 'layer-overlap', at: '/layer' });
    expect(reply.body.detail).toContain('flag a of layer checkout');
  });

  test('refuse a slice of nothing, and let a flag move its own', async () => {
    expect(refusalOf(await post({ key: 'a', ...slice(5, 5) }))).toMatchObject({ code: 'layer-overlap' });
    await create({ key: 'a', ...slice(0, 400_000) });
    expect((await patchFlag('a', slice(100_000, 900_000))).status).toBe(200);
  });

  test('have the slice of an archived flag free, and keep it from coming back into what is taken', async () => {
    const { revision } = await create({ key: 'a', ...slice(0, 400_000) });
    expect((await archive(`${FLAGS}/a`)).status).toBe(200);
    await create({ key: 'b', ...slice(0, 400_000) });
    const { revision: archivedAt } = (await send('get', `${FLAGS}/a`).expect(200)).body;
    const restore = send('post', `${FLAGS}/a/restore`).set('if-match', `"${archivedAt}"`).send({ revision });
    expect(refusalOf(await restore)).toMatchObject({ code: 'layer-overlap' });
  });
});

describe('parts of conditions', () => {
  const leaf = (operator: string, value: unknown) => ({ attribute: 'a', operator, values: [value] });

  test.each([
    ['a pattern that RE2 does not take', leaf('matches', '(a)\\1'), '/rules/0/condition/values/0'],
    ['a network that is none', leaf('inCidr', '10.0.0.0/33'), '/rules/0/condition/values/0'],
    [
      'a bucket that ends before it begins',
      { bucket: { salt: 's', fromPpm: 500, toPpm: 400 } },
      '/rules/0/condition/bucket',
    ],
  ])('%s is refused', async (_, condition, at) => {
    const refused = await post({ key: 'a', rules: ruled(condition) });
    expect(refusalOf(refused)).toEqual({ status: 422, code: 'invalid-condition-value', at });
  });

  test('that are good are kept as they were sent', async () => {
    const condition = {
      all: [
        leaf('matches', '^[a-z]+@example\\.com$'),
        leaf('notInCidr', '10.0.0.0/8'),
        { bucket: { salt: 's', fromPpm: 0, toPpm: 400_000 } },
      ],
    };
    expect(await create({ key: 'a', rules: ruled(condition) })).toMatchObject({ rules: [{ condition }] });
  });

  test("in a vendor's words must be words that this vendor has", async () => {
    const words = { dialect: 'launchdarkly', attribute: 'a', operator: 'resembles', values: ['x'] };
    const refused = await post({ key: 'a', rules: ruled(words) });
    expect(refusalOf(refused)).toMatchObject({ status: 422, code: 'unevaluable' });
    expect(refused.body.errors[0].pointer).toMatch(/^\/rules\/0\/condition/);
  });
});

describe('a schema of values', () => {
  const valueSchema = { type: 'object', properties: { perMinute: { type: 'integer' } }, required: ['perMinute'] };
  const limits = (perMinute: unknown) => [{ key: 'standard', value: { perMinute } }];
  const flag = { key: 'limits', kind: 'json', valueSchema };

  test('holds the values of a flag from its creation on', async () => {
    const refused = await post({ ...flag, variations: limits('many') });
    expect(refusalOf(refused)).toEqual({
      status: 422,
      code: 'value-mismatch',
      at: '/variations/0/value/perMinute',
    });
    expect(await create({ ...flag, variations: limits(5) })).toMatchObject({ valueSchema });
    expect(refusalOf(await patchFlag('limits', { variations: limits(0.5) }))).toMatchObject({ code: 'value-mismatch' });
    expect((await patchFlag('limits', { valueSchema: null, variations: limits(0.5) })).status).toBe(200);
  });

  test('is refused when it is none', async () => {
    const broken = { ...flag, variations: limits(5), valueSchema: { type: 'integr' } };
    expect(refusalOf(await post(broken))).toEqual({ status: 422, code: 'invalid-value-schema', at: '/valueSchema' });
  });
});
