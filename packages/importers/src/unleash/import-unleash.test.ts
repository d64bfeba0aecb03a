import { compile, evaluate, explain } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import { importUnleash } from './import-unleash.ts';
import { unleashContext } from './unleash-context.ts';

const HALF = {
  name: 'flexibleRollout',
  parameters: { rollout: '50', stickiness: 'default', groupId: 'checkout' },
  constraints: [{ contextName: 'country', operator: 'IN', values: ['NO'] }],
};
const DEFAULT = { name: 'default', parameters: {} };

const reasonsOf = (feature: object, segments: readonly object[] = []) => {
  const { report } = importUnleash({ features: [{ name: 'f', enabled: true, strategies: [], ...feature }], segments });
  return report.flags['f'];
};

test('a strategy becomes a rule that people can read', () => {
  const { file } = importUnleash({ features: [{ name: 'checkout', enabled: true, strategies: [HALF] }] });
  expect(file.flags['checkout']?.rules).toEqual([
    {
      id: 'strategy-1',
      condition: {
        all: [
          { dialect: 'unleash', attribute: 'country', operator: 'IN', values: ['NO'] },
          {
            bucket: {
              bucketing: { algorithm: 'unleash', groupId: 'checkout', seed: 0, bucketCount: 100, takes: 'truthy' },
              units: ['userId', 'targetingKey', 'sessionId'],
              from: 1,
              to: 51,
            },
          },
        ],
      },
      serve: { kind: 'variation', variation: 'on' },
    },
  ]);
});

test('explain tells what was hashed and where it is', () => {
  const { file } = importUnleash({ features: [{ name: 'checkout', enabled: true, strategies: [HALF] }] });
  const context = unleashContext({ userId: '123', properties: { country: 'NO' } });
  const rule = explain(compile(documentsOf(file)), 'checkout', context).steps.find(({ kind }) => kind === 'rule');
  expect(rule).toMatchObject({
    condition: {
      children: [
        { operator: 'IN', actual: 'NO' },
        { input: 'checkout:123', unit: 'userId' },
      ],
    },
  });
});

test('variants are a flag of their own, with the values of getVariant', () => {
  const variants = [
    { name: 'red', weight: 500, payload: { type: 'string', value: 'r' } },
    { name: 'blue', weight: 500 },
  ];
  const { file, report } = importUnleash({
    features: [{ name: 'colour', enabled: true, strategies: [DEFAULT], variants }],
  });
  expect(file.flags['colour.variant']?.variations).toEqual([
    { key: 'disabled', value: { name: 'disabled', enabled: false } },
    { key: 'red', value: { name: 'red', payload: { type: 'string', value: 'r' }, enabled: true } },
    { key: 'blue', value: { name: 'blue', enabled: true } },
  ]);
  expect(file.flags['colour.variant']?.prerequisites).toEqual([{ flag: 'colour', variations: ['on'] }]);
  expect(report.flags['colour.variant']?.status).toBe('exact');
});

test('a context that nobody is named in is outside a rollout, and gets the first variant, where Unleash throws dice', () => {
  const variants = [
    { name: 'none', weight: 0 },
    { name: 'red', weight: 500 },
    { name: 'blue', weight: 500 },
  ];
  const { file, report } = importUnleash({
    features: [
      { name: 'checkout', enabled: true, strategies: [{ ...HALF, constraints: [] }] },
      { name: 'colour', enabled: true, strategies: [DEFAULT], variants },
    ],
  });
  const rules = compile(documentsOf(file));
  expect(evaluate(rules, 'checkout', {}).value).toBe(false);
  expect(evaluate(rules, 'colour.variant', {}).value).toEqual({ name: 'red', enabled: true });
  expect(report.flags['checkout']?.reasons.join()).toContain('neither userId nor sessionId');
  expect(report.flags['colour.variant']?.reasons.join()).toContain('gets "red"');
});

test.each([
  ['gradualRolloutRandom', { percentage: '50' }, 'dice'],
  ['flexibleRollout', { rollout: '50', stickiness: 'random' }, 'dice'],
  ['applicationHostname', { hostNames: 'a,b' }, 'name of the host'],
  ['teamRollout', {}, 'a strategy of your own'],
  ['flexibleRollout', undefined, 'no parameters'],
])('%s of %j is refused: %s', (name, parameters, why) => {
  const refused = reasonsOf({ strategies: [{ name, parameters }] });
  expect(refused?.status).toBe('refused');
  expect(refused?.reasons.join()).toContain(why);
});

test.each([
  ['gradualRolloutRandom', { percentage: '100' }, true],
  ['gradualRolloutRandom', { percentage: '0' }, false],
  ['flexibleRollout', { rollout: '100', stickiness: 'random' }, true],
  ['applicationHostname', { hostNames: '' }, false],
])('%s of %j needs no dice', (name, parameters, value) => {
  const { file } = importUnleash({ features: [{ name: 'f', enabled: true, strategies: [{ name, parameters }] }] });
  expect(evaluate(compile(documentsOf(file)), 'f', {}).value).toBe(value);
});

test.each([
  [{ contextName: 'country', operator: 'IN_SPACE', values: [] }, 'IN_SPACE'],
  [{ contextName: 'country', operator: 'IN' }, 'malformed values'],
  [{ contextName: 'constructor', operator: 'IN', values: [] }, 'constructor'],
  [{ contextName: 'currentTime', operator: 'IN', values: [] }, 'differs between machines'],
])('the constraint %j is refused by name', (constraint, why) => {
  const refused = reasonsOf({ strategies: [{ ...DEFAULT, constraints: [constraint] }] });
  expect(refused?.status).toBe('refused');
  expect(refused?.reasons.join()).toContain(why);
});

test('what depends on something refused is refused with it, and says on what', () => {
  const strange = { name: 'teamRollout', parameters: {} };
  const { report } = importUnleash({
    features: [
      { name: 'parent', enabled: true, strategies: [strange], variants: [{ name: 'a', weight: 1 }] },
      { name: 'child', enabled: true, strategies: [], dependencies: [{ feature: 'parent' }] },
      { name: 'member', enabled: true, strategies: [{ ...DEFAULT, segments: [7] }] },
    ],
    segments: [{ id: 7, constraints: [{ contextName: 'a', operator: 'IN_SPACE' }] }],
  });
  expect(Object.entries(report.flags).map(([key, { status, reasons }]) => [key, status, reasons.join()])).toEqual([
    ['parent', 'refused', 'Strategy 1 (teamRollout) is a strategy of your own: it is code, which no file holds.'],
    ['parent.variant', 'refused', 'It depends on "parent", which is refused.'],
    ['child', 'refused', 'It depends on "parent", which is refused.'],
    ['member', 'refused', expect.stringContaining('the segment 7, which is refused')],
  ]);
});

test('a segment or a parent that is not there keeps everybody out, as in Unleash', () => {
  const { file, report } = importUnleash({
    features: [
      { name: 'orphan', enabled: true, strategies: [], dependencies: [{ feature: 'gone' }] },
      { name: 'lost', enabled: true, strategies: [{ ...DEFAULT, segments: [9] }] },
    ],
  });
  const rules = compile(documentsOf(file));
  expect(evaluate(rules, 'orphan', { userId: 'u' }).value).toBe(false);
  expect(evaluate(rules, 'lost', { userId: 'u' }).value).toBe(false);
  expect(report.flags['orphan']?.reasons.join()).toContain('"gone" is not in the file');
  expect(report.flags['lost']?.reasons.join()).toContain('segment 9 is not in the file');
});

test("an environment's export is put together, but for what is in its segments", () => {
  const { file, report } = importUnleash({
    features: [{ name: 'checkout' }, { name: 'beta' }, { name: 'idle' }],
    featureEnvironments: [
      { featureName: 'checkout', environment: 'production', enabled: true, variants: [] },
      { featureName: 'beta', environment: 'production', enabled: true },
      { featureName: 'idle', environment: 'production', enabled: true },
    ],
    featureStrategies: [
      { featureName: 'checkout', name: 'flexibleRollout', parameters: HALF.parameters, sortOrder: 2 },
      { featureName: 'checkout', name: 'userWithId', parameters: { userIds: 'ada' }, sortOrder: 1 },
      { featureName: 'checkout', name: 'default', parameters: {}, disabled: true },
      { featureName: 'beta', name: 'default', parameters: {}, segments: [1] },
      { featureName: 'idle', name: 'default', parameters: {}, disabled: true },
    ],
    segments: [{ id: 1, name: 'testers' }],
    dependencies: [],
  });
  expect(file.flags['checkout']?.rules?.map(({ condition }) => condition)).toEqual([
    { dialect: 'unleash', attribute: 'userId', operator: 'USER_IDS', values: ['ada'] },
    { bucket: expect.objectContaining({ from: 1, to: 51 }) },
  ]);
  expect(report.flags['beta']?.reasons.join()).toContain('does not say what is in it');
  expect(report.flags['idle']?.reasons).toEqual(['All its strategies are disabled.']);
});

test('properties become attributes, the user the targeting key, and time a text', () => {
  expect(
    unleashContext({
      userId: 'ada',
      currentTime: new Date(0),
      country: 'SE',
      properties: { country: 'NO', plan: 'pro', tags: ['a', 'b'], userId: 'eve', sessionId: 's' },
    }),
  ).toEqual({
    userId: 'ada',
    targetingKey: 'ada',
    currentTime: '1970-01-01T00:00:00.000Z',
    country: 'SE',
    plan: 'pro',
    tags: 'a,b',
    properties: { sessionId: 's' },
  });
});

test('a context of ours may name the user by its targeting key alone', () => {
  const { file } = importUnleash({
    features: [{ name: 'f', enabled: true, strategies: [{ name: 'userWithId', parameters: { userIds: 'ada, bob' } }] }],
  });
  const rules = compile(documentsOf(file));
  expect(evaluate(rules, 'f', { targetingKey: 'bob' }).value).toBe(true);
  expect(evaluate(rules, 'f', { targetingKey: 'eve' }).value).toBe(false);
});

test.each([[[]], [{}], [{ features: {} }], [{ features: [{}] }], ['features']])('%j is no file of Unleash', (json) => {
  expect(() => importUnleash(json)).toThrow(UnreadableFile);
});
