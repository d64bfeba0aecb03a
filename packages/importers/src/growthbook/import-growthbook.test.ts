import { compile, evaluate } from '@tidegate/evaluation';
import { documentsOf } from '@tidegate/flag-file';
import { expect, test } from 'vitest';
import { UnreadableFile } from '../unreadable-file.ts';
import { growthBookContext } from './growthbook-context.ts';
import { importGrowthBook } from './import-growthbook.ts';

const imported = (feature: object, savedGroups: object = {}) =>
  importGrowthBook({ features: { f: feature }, savedGroups });

const valueFor = (feature: object, attributes: object, savedGroups: object = {}) => {
  const { file, report } = imported(feature, savedGroups);
  expect(report.flags['f']?.status).toBe('exact');
  return evaluate(compile(documentsOf(file)), 'f', growthBookContext(attributes)).value;
};

test('the file reads well: a condition, a rollout and an experiment keep their order', () => {
  const { file, report } = imported({
    defaultValue: false,
    rules: [
      { id: 'fr_1', condition: { country: 'DE', age: { $gte: 18 } }, force: true, coverage: 0.3, hashAttribute: 'org' },
      { id: 'fr_2', key: 'exp', variations: [false, true], hashVersion: 2, namespace: ['ns', 0, 0.5], coverage: 0.5 },
    ],
  });
  expect(report.flags['f']).toEqual({ status: 'exact', reasons: [] });
  expect(file.flags['f']).toEqual({
    kind: 'boolean',
    variations: [
      { key: 'off', value: false },
      { key: 'on', value: true },
    ],
    enabled: true,
    offVariation: '$default',
    rules: [
      {
        id: 'fr_1',
        condition: {
          all: [
            {
              all: [
                { dialect: 'growthbook', attribute: 'country', operator: 'is', values: ['DE'] },
                { dialect: 'growthbook', attribute: 'age', operator: '$gte', values: [18] },
              ],
            },
            {
              bucket: {
                bucketing: { algorithm: 'growthbook', seed: 'f', hashVersion: 1 },
                units: ['org'],
                from: 0,
                to: 0.3005,
              },
            },
          ],
        },
        serve: { kind: 'variation', variation: 'on' },
      },
      {
        id: 'fr_2',
        condition: {
          bucket: {
            bucketing: { algorithm: 'growthbook', seed: '__ns', hashVersion: 1 },
            units: ['targetingKey'],
            from: 0,
            to: 0.5,
          },
        },
        serve: {
          kind: 'vendorSplit',
          bucketing: { algorithm: 'growthbook', seed: 'exp', hashVersion: 2 },
          units: ['targetingKey'],
          ranges: [
            { from: 0, to: 0.25, variation: 'off' },
            { from: 0.5, to: 0.75, variation: 'on' },
          ],
        },
      },
    ],
    fallthrough: { kind: 'variation', variation: 'off' },
  });
});

test('a payload and its features alone are read', () => {
  const features = { f: { defaultValue: 1 }, features: { defaultValue: 2 }, rules: { rules: [] } };
  for (const json of [features, { status: 200, features, experiments: [], dateUpdated: '' }]) {
    expect(Object.keys(importGrowthBook(json).file.flags)).toEqual(['f', 'features', 'rules']);
  }
});

test.each([
  ['a list', []],
  ['encrypted features', { features: {}, encryptedFeatures: 'x.y' }],
  ['a file of somebody else', { flags: { f: { on: true } } }],
])('%s is no file', (_, json) => expect(() => importGrowthBook(json)).toThrow(UnreadableFile));

const experiment = (parts: object) => ({ defaultValue: 0, rules: [{ variations: [0, 1], ...parts }] });

test.each([
  [
    'values of several kinds',
    { defaultValue: 1, rules: [{ force: 'x' }] },
    'Its values are of several kinds: number, string.',
  ],
  ['another hash', experiment({ hashVersion: 3 }), "A rule has the version 3 of GrowthBook's hash; known are 1 and 2."],
  ['sticky bucketing', experiment({ fallbackAttribute: 'deviceId' }), 'sticky bucketing (fallbackAttribute)'],
  ['blocked buckets', experiment({ minBucketVersion: 1 }), 'sticky bucketing (minBucketVersion)'],
  ['a bandit', experiment({ contextualBanditRef: 'cb' }), 'A rule has a contextual bandit (contextualBanditRef).'],
  ['targeting by URL', experiment({ urlPatterns: [] }), 'A rule has targeting by URL (urlPatterns).'],
  ['too few descriptions', experiment({ meta: [{}] }), 'describes fewer variations than it has (meta)'],
  ['an unknown operator', experiment({ condition: { a: { $near: 1 } } }), 'GrowthBook has no operator "$near"'],
  ['looking ahead', experiment({ condition: { a: { $regex: 'a(?=b)' } } }), 'not "a(?=b)"'],
  [
    'a name of JavaScript',
    experiment({ condition: { constructor: 1 } }),
    '"constructor" means something to JavaScript',
  ],
  [
    'a group in a list',
    experiment({ condition: { a: { $elemMatch: { $inGroup: 'g' } } } }),
    'a saved group inside a list',
  ],
  ['a condition that is none', experiment({ condition: ['a'] }), 'It has the condition ["a"], which is none.'],
  ['an experiment of JavaScript', experiment({ key: 'toString' }), 'The experiment "toString" means something'],
  ['a broken rule', experiment({ ranges: [[0]] }), 'rules[0].ranges[0]: expected two numbers'],
])('a feature with %s is refused by name', (_, feature, reason) => {
  const { file, report } = imported(feature);
  expect(report.flags['f']?.status).toBe('refused');
  expect(report.flags['f']?.reasons.join(' ')).toContain(reason);
  expect(file.flags).toEqual({});
});

test('a feature without a value, and a rule that gives none, leave the caller its default', () => {
  expect(valueFor({}, { id: 'u' })).toBeUndefined();
  expect(valueFor({ defaultValue: 'x', rules: [{ force: null }] }, { id: 'u' })).toBeUndefined();
});

test('a gate that is not met takes the value away; a prerequisite that is not met skips the rule', () => {
  const features = (gate: boolean) => ({
    parent: { defaultValue: false, rules: [{ condition: { id: 'insider' }, force: true }] },
    f: {
      defaultValue: 'old',
      rules: [{ parentConditions: [{ id: 'parent', condition: { value: true }, gate }], force: 'new' }],
    },
  });
  const valueWith = (gate: boolean, id: string) =>
    evaluate(compile(documentsOf(importGrowthBook({ features: features(gate) }).file)), 'f', growthBookContext({ id }))
      .value;
  expect([valueWith(true, 'insider'), valueWith(true, 'other')]).toEqual(['new', undefined]);
  expect([valueWith(false, 'insider'), valueWith(false, 'other')]).toEqual(['new', 'old']);
});

test('features whose prerequisites lead in a circle are refused, also where no value could matter', () => {
  const on = (id: string) => ({ defaultValue: 1, rules: [{ parentConditions: [{ id, condition: {} }], force: 2 }] });
  const { file, report } = importGrowthBook({ features: { a: on('b'), b: on('a'), c: on('a'), d: on('gone') } });
  expect(Object.keys(file.flags)).toEqual(['d']);
  expect(report.flags['c']?.reasons).toEqual(['Its prerequisites lead in a circle.']);
});

test('a saved group is a segment', () => {
  const savedGroups = {
    insiders: { type: 'condition', condition: { email: { $regex: '@x\\.com$' } } },
    payers: { type: 'list', attributeKey: 'org', values: ['o1', 7] },
    old: ['u1'],
  };
  const asks = (condition: object) => ({ defaultValue: 0, rules: [{ condition, force: 1 }] });
  expect(imported(asks({ $savedGroup: { id: 'insiders' } }), savedGroups).file).toMatchObject({
    flags: { f: { rules: [{ condition: { segment: 'insiders' } }] } },
    segments: { insiders: {}, payers: { condition: { attribute: 'org', operator: '$in', values: ['o1', 7] } } },
  });
  expect(valueFor(asks({ $savedGroup: { id: 'insiders' } }), { email: 'a@x.com' }, savedGroups)).toBe(1);
  expect(valueFor(asks({ id: { $inGroup: 'old' } }), { id: 'u1' }, savedGroups)).toBe(1);
  expect(valueFor(asks({ id: { $notInGroup: 'payers' } }), { id: 7 }, savedGroups)).toBe(0);
});

test('stored variations of sticky bucketing are told where they may matter', () => {
  expect(imported(experiment({ bucketVersion: 1 })).report.flags['f']?.reasons[0]).toContain('sticky bucketing');
  expect(imported(experiment({ bucketVersion: 1, disableStickyBucketing: true })).report.flags['f']?.reasons).toEqual(
    [],
  );
});

test("coercions are the vendor's: a missing attribute is null, and a text may be a number", () => {
  const meets = (condition: object, attributes: object) =>
    valueFor({ defaultValue: false, rules: [{ condition, force: true }] }, attributes);
  expect(meets({ age: '5' }, { age: 5 })).toBe(true);
  expect(meets({ age: 0 }, {})).toBe(true);
  expect(meets({ age: { $lt: 5 } }, {})).toBe(true);
  expect(meets({ name: 'null' }, {})).toBe(true);
  expect(meets({ age: { $eq: '5' } }, { age: 5 })).toBe(false);
  expect(meets({ 'tags.1': 'b' }, { tags: ['a', 'b'] })).toBe(true);
  expect(meets({ name: 'x' }, { name: { toString: 1 } })).toBe(false);
});

test('attributes keep apart what Tidegate would join', () => {
  expect(growthBookContext({ id: 'u', targetingKey: 1, 'a.b': 2, $now: 3, 'c~': { 'd.e': 4 } })).toEqual({
    targetingKey: 'u',
    '~targetingKey': 1,
    'a~1b': 2,
    '~$now': 3,
    'c~0': { 'd.e': 4 },
  });
  expect(() => growthBookContext(['u'])).toThrow(UnreadableFile);
});
