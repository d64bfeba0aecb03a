import type { FeatureApiResponse } from '@growthbook/growthbook';
import fc from 'fast-check';

/** Payloads and attributes of GrowthBook, small enough to meet each other often, with everything that is hard to get right. */

const FEATURE_KEYS = ['alpha', 'beta', 'gamma', 'delta'];
const ATTRIBUTES = ['id', 'email', 'age', 'tags', 'version', 'org', 'a.b', 'targetingKey', '$now', 'tilde~', ''];
const PATHS = [
  ...ATTRIBUTES,
  'org.plan',
  'org.a.b',
  'tags.0',
  'tags.length',
  'org.tags',
  'id.x',
  'org.toString',
  'org.__proto__',
  'org.constructor',
  'tags.map',
  'list',
];
const VERSIONS = ['1.0.0', '1.2', 'v1.10.0', '1.10.0-beta.2', '1.10.0-beta.10', '1.0.0+build', '999999.1.1', '', 'x'];
const TEXTS = [
  '',
  'a',
  'A',
  'a@x.com',
  'é',
  'É',
  '😀',
  '\ud83d',
  '5',
  '0',
  'true',
  'null',
  'undefined',
  'a,b',
  '[object Object]',
  ...VERSIONS,
];
const NUMBERS = [0, 1, -1, 5, 5.5, 1e21, 2 ** 53 + 2];
const PATTERNS = ['^a', '[^a]', '\\.com', 'a/b|@', '(a|b)', '(?=a)', '(', '\\d', '^.$', 'É', 'null', ''];
const TYPES = ['string', 'number', 'boolean', 'array', 'object', 'null', 'undefined', 'unknown'];
const GROUPS = ['v1-list', 'v2-list', 'v2-condition', 'other-type', 'missing'];

const scalar = fc.oneof(fc.constantFrom(...TEXTS), fc.constantFrom(...NUMBERS), fc.boolean(), fc.constant(null));
const small = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 2 }) },
  {
    weight: 1,
    arbitrary: fc.dictionary(fc.constantFrom('a', 'b', 'plan', '$a', '$eq', '__proto__'), scalar, { maxKeys: 2 }),
  },
);
const attributeValue = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(small, { maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc.dictionary(
      fc.constantFrom('plan', 'tags', 'a', 'a.b', 'x', 'b'),
      fc.oneof(small, fc.constant({ b: 'a' })),
      { maxKeys: 3 },
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom({ toString: 'x' }, { valueOf: 5 }, [{ toString: 1 }], [[['a']]]) },
);
export const growthBookAttributes: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...ATTRIBUTES, 'list'), attributeValue, { maxKeys: 6 }),
    fc.option(fc.oneof(fc.string(), fc.integer(), fc.constantFrom('u1', 'ü2', '😀')), { nil: undefined, freq: 8 }),
  )
  // What JSON cannot say, such as -0, comes from no file.
  .map(([attributes, id]) => JSON.parse(JSON.stringify({ ...attributes, ...(id !== undefined && { id }) })));

const { condition } = fc.letrec<{ condition: object; value: unknown; operators: object }>((tie) => ({
  operators: fc
    .array(
      fc.oneof(
        fc.tuple(fc.constantFrom('$eq', '$ne', '$lt', '$lte', '$gt', '$gte', '$exists'), small),
        fc.tuple(
          fc.constantFrom('$veq', '$vne', '$vlt', '$vlte', '$vgt', '$vgte'),
          fc.constantFrom(...VERSIONS, 2, null),
        ),
        fc.tuple(fc.constantFrom('$in', '$nin', '$ini', '$nini', '$all', '$alli'), fc.array(small, { maxLength: 3 })),
        fc.tuple(fc.constantFrom('$all', '$alli'), fc.array(tie('operators'), { maxLength: 2 })),
        fc.tuple(fc.constantFrom('$regex', '$regexi'), fc.constantFrom(...PATTERNS)),
        fc.tuple(fc.constant('$type'), fc.constantFrom(...TYPES)),
        fc.tuple(fc.constantFrom('$inGroup', '$notInGroup'), fc.constantFrom(...GROUPS)),
        fc.tuple(fc.constantFrom('$not', '$size'), tie('value')),
        fc.tuple(fc.constant('$elemMatch'), fc.oneof(tie('operators'), tie('condition'))),
      ),
      { minLength: 1, maxLength: 2 },
    )
    .map((entries) => Object.fromEntries(entries)),
  value: fc.oneof({ depthSize: 'small' }, small, tie('operators')),
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 5, arbitrary: fc.dictionary(fc.constantFrom(...PATHS), tie('value'), { maxKeys: 2 }) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('$and', '$or', '$nor'), fc.array(tie('condition'), { maxLength: 2 }))
        .map((entry) => Object.fromEntries([entry])),
    },
    { weight: 1, arbitrary: tie('condition').map(($not) => ({ $not })) },
    {
      weight: 1,
      arbitrary: fc
        .record(
          { id: fc.constantFrom(...GROUPS), attributeKey: fc.constantFrom('email', 'org.plan', 5) },
          { requiredKeys: ['id'] },
        )
        .map(($savedGroup) => ({ $savedGroup })),
    },
  ),
}));

const share = fc.oneof(
  fc.constantFrom(0, 0.1, 0.3, 0.333, 0.5, 1, 1.2, -0.1),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const range = fc.tuple(share, share);
const filter = fc.record(
  {
    attribute: fc.constantFrom('id', 'email', 'a.b', ''),
    seed: fc.constantFrom('f1', 'f2'),
    hashVersion: fc.constantFrom(1, 2, 0),
    ranges: fc.array(fc.oneof(range, fc.constant([0, 0.8] as [number, number])), { maxLength: 2 }),
  },
  { requiredKeys: ['seed', 'ranges'] },
);
const parents = (ids: readonly string[]) =>
  fc.array(
    fc.record(
      {
        id: fc.constantFrom(...ids, 'missing'),
        condition: fc.oneof(
          fc.constantFrom<object>(
            { value: true },
            { value: { $ne: null } },
            { value: null },
            { value: { $exists: true } },
            { value: 'red' },
            { value: { $gt: 0 } },
            {},
          ),
          condition,
          fc
            .tuple(fc.constantFrom('value', 'value.a'), fc.oneof(small, fc.record({ $in: fc.array(small) })))
            .map((entry) => Object.fromEntries([entry])),
        ),
        gate: fc.boolean(),
      },
      { requiredKeys: ['id'] },
    ),
    { maxLength: 2 },
  );

const VALUES: readonly (readonly unknown[])[] = [
  [true, false, null],
  ['red', 'green', 'blue', null],
  ['a b', '', 'a'],
  [0, 1, 2.5],
  [{ a: 1 }, { a: 1, b: [2] }, [], null],
];

const absent = fc.constant(undefined);
const often = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 2, arbitrary }, { weight: 1, arbitrary: absent });
const rarely = <T>(arbitrary: fc.Arbitrary<T>) => fc.oneof({ weight: 1, arbitrary }, { weight: 5, arbitrary: absent });

const ruleOf = (values: readonly unknown[], ids: readonly string[]) => {
  const value = fc.constantFrom(...values);
  const asked = {
    id: often(fc.constantFrom('fr_1', 'fr_2', 'fr_3')),
    condition: rarely(condition),
    parentConditions: rarely(parents(ids)),
    filters: rarely(fc.array(filter, { maxLength: 2 })),
    seed: often(fc.constantFrom('s1', '')),
    key: often(fc.constantFrom('exp', '')),
    hashAttribute: often(fc.constantFrom('id', 'id', 'id', 'email', 'a.b', 'tags', 'org', 'targetingKey')),
    hashVersion: often(fc.constantFrom(1, 2, 0)),
    coverage: often(share),
  };
  return fc.oneof(
    fc.record({ force: value, ...asked, range: rarely(range) }),
    fc.record({
      variations: fc.array(value, { minLength: 1, maxLength: 4 }),
      ...asked,
      weights: often(
        fc.oneof(
          fc.constantFrom([0.5, 0.5], [0.1, 0.2, 0.7], [0.3, 0.3, 0.3], [1, 0], [0.25, 0.25, 0.25, 0.25]),
          fc.array(share, { maxLength: 3 }),
        ),
      ),
      ranges: rarely(fc.array(range, { maxLength: 5 })),
      namespace: rarely(fc.tuple(fc.constantFrom('ns1', 'ns2'), fc.constantFrom(0, 0.2), fc.constantFrom(0.5, 1))),
      meta: rarely(
        fc.array(fc.record({ passthrough: fc.boolean(), key: fc.constant('m') }, { requiredKeys: [] }), {
          minLength: 3,
          maxLength: 4,
        }),
      ),
      bucketVersion: rarely(fc.constantFrom(0, 1)),
      phase: fc.constant('0'),
    }),
  );
};
const featureOf = (key: string) =>
  fc.constantFrom(...VALUES).chain((values) =>
    fc.record(
      {
        defaultValue: fc.constantFrom(...values),
        rules: fc.array(ruleOf(values, FEATURE_KEYS.slice(0, FEATURE_KEYS.indexOf(key) + (key === 'gamma' ? 1 : 0))), {
          maxLength: 4,
        }),
      },
      { requiredKeys: ['rules'] },
    ),
  );
const savedGroups = fc.record({
  'v1-list': fc.array(scalar, { maxLength: 4 }),
  'v2-list': fc.record({
    type: fc.constant('list'),
    attributeKey: fc.constantFrom('email', 'org.plan', 'id'),
    values: fc.array(scalar, { maxLength: 4 }),
  }),
  'v2-condition': fc.record({ type: fc.constant('condition'), condition }),
  'other-type': fc.constant({ type: 'future' }),
});

export const growthBookPayloads: fc.Arbitrary<FeatureApiResponse> = fc
  .record({
    features: fc
      .tuple(...FEATURE_KEYS.map(featureOf))
      .map((list) => Object.fromEntries(list.map((feature, index) => [FEATURE_KEYS[index], feature]))),
    savedGroups,
  })
  // As a file has it; the SDK's types do not know every oddity that it takes.
  .map((payload) => JSON.parse(JSON.stringify(payload)));

/** One feature that is true where a condition holds. */
export const growthBookConditions: fc.Arbitrary<FeatureApiResponse> = fc
  .record({ condition, savedGroups })
  .map((drawn) => ({
    features: { alpha: { defaultValue: false, rules: [{ condition: drawn.condition, force: true }] } },
    savedGroups: drawn.savedGroups,
  }))
  .map((payload) => JSON.parse(JSON.stringify(payload)));
