import fc from 'fast-check';
import type { PlainFile } from './launchdarkly-sdk.fixture.ts';

/** Files and contexts of LaunchDarkly, small enough to meet each other often, with everything that is hard to get right. */

const FLAG_KEYS = ['alpha', 'beta', 'gamma', 'delta'];
const SEGMENT_KEYS = ['insiders', 'payers', 'nobody'];
const UNIT_KEYS = ['u1', 'u2', 'ü3', '😀', '\ud83d', '5', 'a.b', 'o1', 'o2'];
const KINDS = ['user', 'org', 'my.org'];
const ATTRIBUTES = [
  'email',
  'age',
  'tags',
  'version',
  'since',
  'address',
  'a.b',
  '/slash',
  'tilde~',
  'kind',
  'key',
  'anonymous',
  'name',
  'targetingKey',
  'contexts',
  '$now',
  'toString',
  'org',
  '__proto__',
];
const REFERENCES = [
  ...ATTRIBUTES,
  '/email',
  '/age',
  '/address/city',
  '/address/a.b',
  '/a.b',
  '/~1slash',
  '/tilde~0',
  '/~1',
  '/key',
  '/kind',
  '/anonymous',
  '/tags/0',
  '/address/',
  '/toString',
  '/~0x',
];
const VERSIONS = [
  '1.0.0',
  '2',
  '2.1',
  '2.1.0',
  '2.1.0-beta.2',
  '2.1-beta.10',
  'v2.1.0',
  ' 2.1.0',
  '2.1.0+build',
  '02.1',
  '2.1.0.0',
  '99999999999999999999.0.0',
  '',
];
const DATES = [
  '2026-01-01T00:00:00Z',
  '2026-01-01T01:00:00+01:00',
  '2026-01-01T00:00:00.5Z',
  '2026-01-01T00:00:00-07',
  '2026-01-01',
  '2026-02-30T00:00:00Z',
  '2026-01-01T00:00:00Z and more',
  '2026-13-01T00:00:00Z',
];
const TEXTS = [
  '',
  'a',
  'A',
  'a@x.com',
  'b@x.com',
  'x.com',
  '.com',
  '5',
  'true',
  'null',
  'é',
  '😀',
  '\ud83d',
  'user',
  'org',
  ...UNIT_KEYS,
];
const NUMBERS = [0, 1, -1, 5, 5.5, 1e21, 2 ** 53 + 2, 1_767_225_600_000, 1_767_225_600_500];
const PATTERNS = ['^a', 'com$', '.', '[^a]', '\\.com', '(a|b)@', '(', '(?=a)', '\\d', '^.$', ''];

const scalar = fc.oneof(
  fc.constantFrom(...TEXTS),
  fc.constantFrom(...NUMBERS),
  fc.constantFrom(...VERSIONS),
  fc.constantFrom(...DATES),
  fc.boolean(),
);
const element = fc.oneof(
  { weight: 6, arbitrary: scalar },
  { weight: 1, arbitrary: fc.constantFrom(null, [], {}, ['a'], { a: 1 }) },
);
const attributeValue = fc.oneof(
  { weight: 5, arbitrary: scalar },
  { weight: 2, arbitrary: fc.array(element, { maxLength: 3 }) },
  {
    weight: 2,
    arbitrary: fc.record(
      { city: scalar, 'a.b': scalar, '': scalar, a: fc.record({ b: scalar }) },
      { requiredKeys: [] },
    ),
  },
  { weight: 1, arbitrary: fc.constant(null) },
);

const attributes = fc.dictionary(
  fc.constantFrom(...ATTRIBUTES.filter((name) => name !== 'kind' && name !== 'key')),
  attributeValue,
  { maxKeys: 6 },
);
const ofKind = fc
  .tuple(attributes, fc.constantFrom(...UNIT_KEYS), fc.option(fc.boolean(), { nil: undefined }))
  .map(([own, key, anonymous]) => ({
    ...own,
    key,
    ...(anonymous !== undefined && { anonymous }),
  }));
const multi = fc
  .dictionary(fc.constantFrom(...KINDS), ofKind, { minKeys: 1, maxKeys: 3 })
  .map((kinds) => ({ kind: 'multi', ...kinds }));
const legacy = fc.record(
  {
    key: fc.oneof(fc.constantFrom(...UNIT_KEYS), fc.constantFrom(5, 5.5, true, '')),
    email: fc.constantFrom('a@x.com', '', null),
    name: fc.constantFrom('a', null),
    anonymous: fc.constantFrom(true, false, null),
    custom: attributes,
    privateAttributeNames: fc.constant(['email']),
  },
  { requiredKeys: ['key'] },
);
export const launchDarklyContexts: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...KINDS), ofKind).map(([kind, own]) => ({ kind, ...own })) },
  { weight: 3, arbitrary: multi },
  { weight: 2, arbitrary: legacy },
);

const contextKind = fc.option(fc.constantFrom(...KINDS, ...KINDS, 'car', ''), { nil: undefined, freq: 2 });
const unitKeys = fc.array(fc.constantFrom(...UNIT_KEYS, 5, null), { maxLength: 3 });
const defined = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Partial<T>;

const operators = fc.oneof(
  fc.record({ op: fc.constant('in'), values: fc.array(element, { maxLength: 4 }) }),
  fc.record({ op: fc.constantFrom('startsWith', 'endsWith', 'contains'), values: fc.array(element, { maxLength: 3 }) }),
  fc.record({ op: fc.constant('matches'), values: fc.array(fc.constantFrom(...PATTERNS, 5), { maxLength: 2 }) }),
  fc.record({
    op: fc.constantFrom('lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'),
    values: fc.array(fc.constantFrom(...NUMBERS, '5', null), { maxLength: 2 }),
  }),
  fc.record({
    op: fc.constantFrom('before', 'after'),
    values: fc.array(fc.constantFrom(...DATES, ...NUMBERS), { maxLength: 2 }),
  }),
  fc.record({
    op: fc.constantFrom('semVerEqual', 'semVerLessThan', 'semVerGreaterThan'),
    values: fc.array(fc.constantFrom(...VERSIONS, 2), { maxLength: 2 }),
  }),
);
const attributeClause = fc
  .record({
    attribute: fc.constantFrom(...REFERENCES),
    contextKind,
    negate: fc.option(fc.boolean(), { nil: undefined }),
    operator: operators,
  })
  .map(({ operator, ...clause }) => defined({ ...clause, ...operator }));
const segmentClause = fc
  .record({
    attribute: fc.constant(''),
    op: fc.constant('segmentMatch'),
    values: fc.array(fc.constantFrom(...SEGMENT_KEYS, 'missing'), { maxLength: 2 }),
    negate: fc.option(fc.boolean(), { nil: undefined }),
  })
  .map(defined);
const clauses = fc.array(fc.oneof({ weight: 4, arbitrary: attributeClause }, { weight: 1, arbitrary: segmentClause }), {
  maxLength: 2,
});

const weight = fc.oneof(
  fc.constantFrom(0, 1, 33_333, 50_000, 100_000, 120_000, -10_000),
  fc.integer({ min: 0, max: 60_000 }),
);
const variation = fc.integer({ min: 0, max: 2 });
const rollout = fc
  .record({
    kind: fc.constantFrom('rollout', 'experiment', undefined),
    contextKind,
    bucketBy: fc.option(fc.constantFrom(...REFERENCES), { nil: undefined }),
    seed: fc.constantFrom(undefined, undefined, 0, 61, -1.5),
    variations: fc.array(
      fc.record({ variation, weight, untracked: fc.option(fc.boolean(), { nil: undefined }) }).map(defined),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(defined);
const serve = fc.oneof(
  variation.map((it) => ({ variation: it })),
  rollout.map((it) => ({ rollout: it })),
);

const VARIATIONS = [
  [true, false, true],
  ['red', 'green', 'blue'],
  ['', 'a', 'a'],
  [1, 0, 2.5],
  [{ a: 1 }, [], null],
];
const target = fc.record({ contextKind, values: unitKeys, variation }).map(defined);

const flagOf = (key: string) =>
  fc
    .record({
      on: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
      salt: fc.constantFrom('salt', '', 'ü'),
      variations: fc.constantFrom(...VARIATIONS),
      offVariation: fc.constantFrom(0, 1, null, undefined),
      fallthrough: serve,
      prerequisites: fc.array(
        fc.record({
          key: fc.constantFrom(...FLAG_KEYS.slice(0, Math.max(1, FLAG_KEYS.indexOf(key))), 'missing'),
          variation: fc.integer({ min: 0, max: 3 }),
        }),
        { maxLength: key === 'gamma' || key === 'delta' ? 2 : 0 },
      ),
      targets: fc.array(fc.record({ values: unitKeys, variation }), { maxLength: 2 }),
      contextTargets: fc.option(fc.array(target, { maxLength: 3 }), { nil: undefined }),
      rules: fc.array(
        fc
          .tuple(fc.option(clauses, { nil: undefined, freq: 20 }), serve)
          .map(([own, served]) => defined({ clauses: own, ...served })),
        { maxLength: 3 },
      ),
    })
    .map((flag) => ({ key, version: 1, ...defined(flag) }));

const segmentOf = (key: string) =>
  fc
    .record({
      salt: fc.constantFrom('salt', undefined),
      included: fc.option(unitKeys, { nil: undefined }),
      excluded: fc.option(unitKeys, { nil: undefined }),
      includedContexts: fc.option(
        fc.array(fc.record({ contextKind, values: unitKeys }).map(defined), { maxLength: 2 }),
        { nil: undefined },
      ),
      excludedContexts: fc.option(
        fc.array(fc.record({ contextKind, values: unitKeys }).map(defined), { maxLength: 2 }),
        { nil: undefined },
      ),
      rules: fc.array(
        fc
          .record({
            clauses: fc.array(
              key === 'insiders' ? fc.oneof({ weight: 3, arbitrary: attributeClause }, segmentClause) : attributeClause,
              { maxLength: 2 },
            ),
            weight: fc.option(weight, { nil: undefined }),
            bucketBy: fc.option(fc.constantFrom(...REFERENCES), { nil: undefined }),
            rolloutContextKind: contextKind,
          })
          .map(defined),
        { maxLength: 2 },
      ),
      unbounded: fc.constantFrom(undefined, undefined, undefined, false, true),
    })
    .map((segment) => ({ key, version: 1, ...defined(segment) }));

const keyed = <T extends { readonly key: string }>(list: readonly T[]) =>
  Object.fromEntries(list.map((document) => [document.key, document]));

export const launchDarklyFiles: fc.Arbitrary<PlainFile> = fc.record({
  flags: fc.tuple(...FLAG_KEYS.map(flagOf)).map(keyed),
  segments: fc.tuple(...SEGMENT_KEYS.slice(0, 2).map(segmentOf)).map(keyed),
});
