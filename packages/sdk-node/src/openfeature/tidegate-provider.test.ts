import type { ErrorCode, EvaluationContext, FlagValue, Client as OpenFeatureClient } from '@openfeature/server-sdk';
import { buildFlag, InMemoryWire } from '@tidegate/testkit';
import { afterEach, describe, expect, test } from 'vitest';
import { clientOn, type Flag, openFeatureOn, resetOpenFeature } from './open-feature.fixture.ts';

/** The flags of OpenFeature's evaluation feature (specification, appendix B). */
const SPECIFICATION_FLAGS: readonly Flag[] = [
  flagOf('boolean-flag', 'boolean', { on: true, off: false }),
  flagOf('string-flag', 'string', { greeting: 'hi', parting: 'bye' }),
  flagOf('integer-flag', 'number', { ten: 10, one: 1 }),
  flagOf('float-flag', 'number', { half: 0.5, tenth: 0.1 }),
  flagOf('object-flag', 'json', {
    template: { showImages: true, title: 'Check out these pics!', imagesPerPage: 100 },
    empty: {},
  }),
  flagOf('wrong-flag', 'string', { one: 'uno', two: 'dos' }),
  {
    ...flagOf('context-aware', 'string', { external: 'EXTERNAL', internal: 'INTERNAL' }),
    rules: [
      {
        id: 'employees',
        condition: {
          all: [
            { attribute: 'fn', operator: 'equals', values: ['Sulisław'] },
            { attribute: 'ln', operator: 'equals', values: ['Świętopełk'] },
            { attribute: 'age', operator: 'equals', values: [29] },
            { attribute: 'customer', operator: 'equals', values: [false] },
          ],
        },
        serve: { kind: 'variation', variation: 'internal' },
      },
    ],
  },
];

const ROLLOUT = buildFlag({
  key: 'rollout',
  fallthrough: {
    kind: 'rollout',
    rolloutId: 'r1',
    epoch: 1,
    stageIndex: 0,
    treatment: 'on',
    control: 'off',
    treatmentPpm: 1_000_000,
  },
});

/** A flag that serves its first variation to everyone. */
function flagOf(key: string, kind: Flag['kind'], values: Record<string, Flag['variations'][number]['value']>): Flag {
  const variations = Object.entries(values).map(([name, value]) => ({ key: name, value }));
  const first = variations[0]?.key ?? '';
  return buildFlag({
    key,
    kind,
    variations,
    offVariation: first,
    fallthrough: { kind: 'variation', variation: first },
  });
}

function specified(): Promise<OpenFeatureClient> {
  return openFeatureOn(new InMemoryWire().seed({ flags: SPECIFICATION_FLAGS }));
}

afterEach(resetOpenFeature);

describe('evaluation', () => {
  test('a value of each type comes, and not the default', async () => {
    const client = await specified();
    expect(await client.getBooleanValue('boolean-flag', false)).toBe(true);
    expect(await client.getStringValue('string-flag', 'bye')).toBe('hi');
    expect(await client.getNumberValue('integer-flag', 1)).toBe(10);
    expect(await client.getNumberValue('float-flag', 0.1)).toBe(0.5);
    expect(await client.getObjectValue('object-flag', {})).toEqual({
      showImages: true,
      title: 'Check out these pics!',
      imagesPerPage: 100,
    });
  });

  test('the details of each type name the variant and the reason', async () => {
    const client = await specified();
    const details = [
      await client.getBooleanDetails('boolean-flag', false),
      await client.getStringDetails('string-flag', 'bye'),
      await client.getNumberDetails('integer-flag', 1),
      await client.getNumberDetails('float-flag', 0.1),
      await client.getObjectDetails('object-flag', {}),
    ];
    expect(details.map(({ variant }) => variant)).toEqual(['on', 'greeting', 'ten', 'half', 'template']);
    for (const { reason, errorCode } of details) expect([reason, errorCode]).toEqual(['STATIC', undefined]);
  });

  test('the context decides', async () => {
    const client = await specified();
    const context = { fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer: false };
    expect(await client.getStringDetails('context-aware', 'EXTERNAL', context)).toMatchObject({
      value: 'INTERNAL',
      reason: 'TARGETING_MATCH',
      flagMetadata: { ruleId: 'employees' },
    });
    expect(await client.getStringValue('context-aware', '', {})).toBe('EXTERNAL');
  });

  test('an unknown flag gives the default and says so', async () => {
    const client = await specified();
    expect(await client.getStringDetails('missing-flag', 'uh-oh')).toMatchObject({
      value: 'uh-oh',
      reason: 'ERROR',
      errorCode: 'FLAG_NOT_FOUND' satisfies `${ErrorCode}`,
    });
  });

  test('a flag of another type gives the default and says so', async () => {
    const client = await specified();
    expect(await client.getNumberDetails('wrong-flag', 13)).toMatchObject({
      value: 13,
      reason: 'ERROR',
      errorCode: 'TYPE_MISMATCH',
    });
  });

  test.each<[string, FlagValue]>([
    ['an object', { a: 1 }],
    ['a list', [1, 2]],
    ['an empty list', []],
    ['null', null],
  ])('%s is a value for those who ask for an object', async (_, value) => {
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [flagOf('data', 'json', { only: value })] }));
    expect(await client.getObjectDetails('data', { fallback: true })).toMatchObject({ value, variant: 'only' });
    expect(await client.getObjectDetails('data', [])).toMatchObject({ value, variant: 'only' });
  });

  test('no scalar is an object, not even to those whose default is one', async () => {
    const client = await specified();
    for (const fallback of [{}, [], false, 'text'])
      expect(await client.getObjectDetails('boolean-flag', fallback)).toMatchObject({
        value: fallback,
        errorCode: 'TYPE_MISMATCH',
      });
    expect(await client.getBooleanDetails('object-flag', false)).toMatchObject({ errorCode: 'TYPE_MISMATCH' });
  });

  test('the metadata tell the flag’s revision and where it is from, as scalars', async () => {
    const flag = buildFlag({
      key: 'targeted',
      rules: [
        {
          id: 'pro',
          condition: { attribute: 'plan', operator: 'equals', values: ['pro'] },
          serve: { kind: 'variation', variation: 'on' },
        },
      ],
      revision: 5,
    });
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [flag], revision: 7 }));
    expect((await client.getBooleanDetails('targeted', false, { plan: 'pro' })).flagMetadata).toEqual({
      flagSetId: 'default/production',
      version: '5',
      revision: 5,
      ruleId: 'pro',
    });
    expect((await client.getBooleanDetails('missing', false)).flagMetadata).toEqual({
      flagSetId: 'default/production',
    });
  });

  test.each<[string, Partial<Flag>, EvaluationContext, Record<string, unknown>]>([
    ['STATIC', {}, {}, { value: true, variant: 'on' }],
    ['DISABLED', { enabled: false }, {}, { value: false, variant: 'off' }],
    [
      'TARGETING_MATCH',
      { targets: [{ variation: 'off', keys: ['ann'] }] },
      { targetingKey: 'ann' },
      { value: false, variant: 'off' },
    ],
    ['DEFAULT', { targets: [{ variation: 'off', keys: ['ann'] }] }, { targetingKey: 'bob' }, { value: true }],
    ['SPLIT', { fallthrough: ROLLOUT.fallthrough }, { targetingKey: 'ann' }, { value: true, variant: 'on' }],
  ])('the reason is %s', async (reason, overrides, context, expected) => {
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [buildFlag(overrides)] }));
    const details = await client.getBooleanDetails('new-checkout', true, context);
    expect(details).toMatchObject({ ...expected, reason });
    expect(details.errorCode).toBeUndefined();
  });

  test('a malformed flag is a PARSE_ERROR, and nobody else’s', async () => {
    const broken = { ...buildFlag({ key: 'broken' }), variations: 'none' as never };
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [broken, buildFlag()] }));
    expect(await client.getBooleanDetails('broken', true)).toMatchObject({ value: true, errorCode: 'PARSE_ERROR' });
    expect(await client.getBooleanValue('new-checkout', false)).toBe(true);
  });

  test('a context without the unit that the flag insists on is TARGETING_KEY_MISSING', async () => {
    const client = await openFeatureOn(
      new InMemoryWire().seed({
        flags: [
          buildFlag({
            fallthrough: { kind: 'split', ranges: [{ fromPpm: 0, toPpm: 1_000_000, variation: 'on' }] },
          }),
        ],
      }),
    );
    expect(await client.getBooleanDetails('new-checkout', false, {})).toMatchObject({
      value: false,
      errorCode: 'TARGETING_KEY_MISSING',
    });
  });

  test('dates are instants, and nested attributes are reached', async () => {
    const flag = buildFlag({
      rules: [
        {
          id: 'early-pro',
          condition: {
            all: [
              { attribute: 'user.since', operator: 'before', values: ['2026-01-01T00:00:00Z'] },
              { attribute: 'user.plans', operator: 'overlaps', values: ['pro'] },
            ],
          },
          serve: { kind: 'variation', variation: 'off' },
        },
      ],
    });
    const client = await openFeatureOn(new InMemoryWire().seed({ flags: [flag] }));
    const user = { since: new Date('2025-06-01T00:00:00Z'), plans: ['pro', 'beta'] };
    expect(await client.getBooleanDetails('new-checkout', true, { user })).toMatchObject({ value: false });
    user.since = new Date('2026-06-01T00:00:00Z');
    expect(await client.getBooleanDetails('new-checkout', true, { user })).toMatchObject({ value: true });
  });

  test('it counts and exposes exactly as the client does', async () => {
    const wires = [new InMemoryWire(), new InMemoryWire()].map((wire) => wire.seed({ flags: [ROLLOUT, buildFlag()] }));
    const [through, direct] = wires as [InMemoryWire, InMemoryWire];
    const context = { targetingKey: 'ann' };
    const openFeature = await openFeatureOn(through);
    const client = clientOn(direct);
    await client.waitForInitialization();
    for (const flagKey of ['rollout', 'new-checkout', 'rollout', 'missing']) {
      await openFeature.getBooleanValue(flagKey, false, context);
      client.variationDetail(flagKey, context, false);
    }
    // Whoever asks for another type is served nothing, and exposed to nothing.
    await openFeature.getStringValue('rollout', '', { targetingKey: 'bob' });
    for (const wire of wires) await wire.time.advance(2_000);
    expect(through.batches).toHaveLength(1);
    expect(through.batches[0]?.exposures.unit).toHaveLength(1);
    expect(through.batches).toEqual(direct.batches);
  });
});

describe('hooks', () => {
  test('run in their order around an evaluation, and around one that fails', async () => {
    const client = await specified();
    const stages: string[] = [];
    client.addHooks({
      before: () => void stages.push('before'),
      after: (_, { value }) => void stages.push(`after ${value}`),
      error: (_, error) => void stages.push(`error ${error instanceof Error ? error.name : ''}`),
      finally: (_, { reason }) => void stages.push(`finally ${reason}`),
    });
    await client.getBooleanValue('boolean-flag', false);
    expect(stages.splice(0)).toEqual(['before', 'after true', 'finally STATIC']);
    await client.getBooleanValue('missing-flag', false);
    expect(stages.splice(0)).toEqual(['before', 'error FlagNotFoundError', 'finally ERROR']);
  });

  test('what a hook adds to the context decides', async () => {
    const client = await specified();
    client.addHooks({ before: async () => ({ fn: 'Sulisław', ln: 'Świętopełk', age: 29, customer: false }) });
    expect(await client.getStringValue('context-aware', '')).toBe('INTERNAL');
  });
});

describe('tracking', () => {
  test('arrives at the server with its value', async () => {
    const wire = new InMemoryWire().seed({ flags: [buildFlag()] });
    const client = await openFeatureOn(wire);
    client.track('purchase', { targetingKey: 'ann' }, { value: 19.9, currency: 'CHF' });
    client.track('visit', { targetingKey: 'ann' });
    await wire.time.advance(2_000);
    expect(wire.batches).toMatchObject([{ outcomes: { events: ['purchase', 'visit'], value: [19.9, 1] } }]);
  });
});
