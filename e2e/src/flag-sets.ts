import type { Condition, Context, Flag, JsonValue, Operator, Segment, Serve } from '@tidegate/evaluation';
import fc from 'fast-check';

/**
 * Flag sets that a server takes, with every construct of the language in them, and contexts that meet them. Flags refer
 * only to flags before them, so that they can be created in order.
 */
export interface FlagSet {
  readonly segments: readonly Pick<Segment, 'key' | 'included' | 'excluded' | 'condition'>[];
  readonly flags: readonly NewFlag[];
  readonly contexts: readonly Context[];
}

type NewFlag = Omit<Flag, 'salt' | 'revision'>;

const SEGMENT_COUNT = 4;
const FLAG_COUNT = 40;
const CONTEXT_COUNT = 40;
const VARIATIONS = ['a', 'b', 'c'];

const unitKey = fc.constantFrom('ada', 'bob', 'eve', '7', 'Größe');
const path = fc.constantFrom('targetingKey', 'plan', 'age', 'org.plan', 'version', 'address', 'seen');
const served = fc.constantFrom(...VARIATIONS, ...VARIATIONS, '$default');
const slice = fc
  .tuple(fc.nat(999_999), fc.integer({ min: 1, max: 1_000_000 }))
  .map(([one, other]) => ({ fromPpm: Math.min(one, other - 1), toPpm: Math.max(one + 1, other) }));

/** Operators with values that each can compare with. */
const comparisons: readonly (readonly [Operator, readonly JsonValue[]])[] = [
  ...(['equals', 'notEquals', 'in', 'notIn', 'overlaps', 'notOverlaps'] as const).map(
    (operator) => [operator, ['pro', 7, true]] as const,
  ),
  ...(['contains', 'notContains', 'startsWith', 'notStartsWith', 'endsWith', 'notEndsWith'] as const).map(
    (operator) => [operator, ['a', 'o']] as const,
  ),
  ...(['matches', 'notMatches'] as const).map((operator) => [operator, ['^[a-z]+o$']] as const),
  ...(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'] as const).map(
    (operator) => [operator, [18]] as const,
  ),
  ...(['before', 'notBefore', 'after', 'notAfter'] as const).map(
    (operator) => [operator, ['2026-01-01T00:00:00Z']] as const,
  ),
  ...(
    [
      'semverEquals',
      'semverNotEquals',
      'semverLessThan',
      'semverLessThanOrEqual',
      'semverGreaterThan',
      'semverGreaterThanOrEqual',
    ] as const
  ).map((operator) => [operator, ['1.2.3']] as const),
  ...(['inCidr', 'notInCidr'] as const).map((operator) => [operator, ['10.0.0.0/8', '2001:db8::/32']] as const),
  ...(['exists', 'notExists'] as const).map((operator) => [operator, []] as const),
];

function conditions(refersTo: { readonly segments: readonly string[]; readonly flags: readonly string[] }) {
  const leaf = fc
    .tuple(path, fc.constantFrom(...comparisons))
    .map(([attribute, [operator, values]]): Condition => ({ attribute, operator, values }));
  const bucket = fc
    .tuple(fc.constantFrom('one', 'two'), slice)
    .map(([salt, range]): Condition => ({ bucket: { salt, ...range } }));
  const segment = refersTo.segments.map((key) => fc.constant<Condition>({ segment: key }));
  const flag = refersTo.flags
    .slice(-3)
    .map((key) =>
      fc.constantFrom(...VARIATIONS).map((variation): Condition => ({ flag: key, variations: [variation] })),
    );
  return fc.letrec<{ condition: Condition; list: readonly Condition[] }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 2 },
      { weight: 6, arbitrary: leaf },
      bucket,
      ...segment,
      ...flag,
      fc.record({ all: tie('list') }),
      fc.record({ any: tie('list') }),
      fc.record({ not: tie('condition') }),
    ),
    list: fc.array(tie('condition'), { minLength: 1, maxLength: 3 }),
  })).condition;
}

const unit = fc.constantFrom('targetingKey', 'org.plan');
const split: fc.Arbitrary<Serve> = fc
  .tuple(fc.integer({ min: 1, max: 499_999 }), fc.integer({ min: 500_000, max: 999_999 }), unit, fc.boolean(), served)
  .map(([first, second, splitUnit, answersMissing, onMissingUnit]) => ({
    kind: 'split',
    unit: splitUnit,
    ...(answersMissing && { onMissingUnit }),
    ranges: [
      { fromPpm: 0, toPpm: first, variation: 'a' },
      { fromPpm: first, toPpm: second, variation: 'b' },
      { fromPpm: second, toPpm: 1_000_000, variation: 'c' },
    ],
  }));
const serve: fc.Arbitrary<Serve> = fc.oneof(
  served.map((variation): Serve => ({ kind: 'variation', variation })),
  split,
);

const values: Readonly<Record<Flag['kind'], readonly JsonValue[]>> = {
  boolean: [true, false, true],
  string: ['red', 'blue', ''],
  number: [0, 1.5, -7],
  json: [{ a: 1 }, [1, 2], null],
};

function flagAt(index: number): fc.Arbitrary<NewFlag> {
  return index === 0 ? plainFlag : anyFlagAt(index);
}

/** Chance alone seldom makes a flag that always serves the same. */
const plainFlag = fc.constant<NewFlag>({
  key: 'flag-0',
  kind: 'boolean',
  variations: VARIATIONS.map((key) => ({ key, value: key === 'a' })),
  enabled: true,
  offVariation: 'b',
  prerequisites: [],
  targets: [],
  rules: [],
  fallthrough: { kind: 'variation', variation: 'a' },
  clientSide: 'value',
});

function anyFlagAt(index: number): fc.Arbitrary<NewFlag> {
  const keys = Array.from({ length: index }, (_, before) => `flag-${before}`);
  const segments = Array.from({ length: SEGMENT_COUNT }, (_, key) => `segment-${key}`);
  const condition = conditions({ segments, flags: keys });
  return fc
    .record({
      kind: fc.constantFrom<Flag['kind']>('boolean', 'string', 'number', 'json'),
      enabled: fc.oneof({ weight: 6, arbitrary: fc.constant(true) }, fc.constant(false)),
      offVariation: served,
      prerequisite: fc.option(fc.constantFrom(...VARIATIONS), { freq: 4 }),
      target: fc.option(fc.uniqueArray(unitKey, { minLength: 1, maxLength: 2 }), { freq: 4 }),
      holdout: fc.option(fc.constantFrom(...segments), { freq: 6 }),
      layerSlice: fc.option(slice, { freq: 6 }),
      rules: fc.array(fc.record({ condition, serve }), { maxLength: 3 }),
      fallthrough: serve,
    })
    .map(({ kind, prerequisite, target, holdout, layerSlice, rules, ...rest }) => {
      const required = keys.at(-1);
      const variations = VARIATIONS.map((key, place) => ({ key, value: values[kind][place] ?? null }));
      return {
        key: `flag-${index}`,
        kind,
        variations,
        ...rest,
        clientSide: 'value',
        prerequisites:
          prerequisite === null || required === undefined ? [] : [{ flag: required, variations: [prerequisite] }],
        targets: target === null ? [] : [{ variation: 'b', keys: target }],
        ...(holdout !== null && { holdout }),
        ...(layerSlice !== null && { layer: { key: `layer-${index}`, ...layerSlice } }),
        rules: rules.map((rule, place) => ({ id: `rule-${place}`, ...rule })),
      };
    });
}

const segmentAt = (index: number) =>
  fc.record({
    key: fc.constant(`segment-${index}`),
    included: fc.uniqueArray(unitKey, { maxLength: 2 }),
    excluded: fc.uniqueArray(unitKey, { maxLength: 1 }),
    condition: conditions({ segments: Array.from({ length: index }, (_, key) => `segment-${key}`), flags: [] }),
  });

const context: fc.Arbitrary<Context> = fc
  .record(
    {
      targetingKey: unitKey,
      plan: fc.constantFrom('pro', 'free', ['pro', 'beta']),
      age: fc.constantFrom(7, 18, 40, '18'),
      org: fc.record({ plan: fc.constantFrom('pro', 'gold') }),
      version: fc.constantFrom('1.2.3', 'v1.3.0-rc.1', 'latest'),
      address: fc.constantFrom('10.1.2.3', '::ffff:10.0.0.1', '2001:db8::7', 'nowhere'),
      seen: fc.constantFrom('2025-12-31T23:59:59Z', 1_800_000_000_000, null),
    },
    { requiredKeys: [] },
  )
  .map((attributes) => attributes as Context);

/** The same set for the same seed. */
export function flagSet(seed: number): FlagSet {
  const sample = <T>(arbitrary: fc.Arbitrary<T>, count: number, offset: number): T[] =>
    fc.sample(arbitrary, { numRuns: count, seed: seed + offset });
  const one = <T>(arbitrary: fc.Arbitrary<T>, offset: number): T[] => sample(arbitrary, 1, offset);
  return {
    segments: Array.from({ length: SEGMENT_COUNT }, (_, index) => one(segmentAt(index), index)).flat(),
    flags: Array.from({ length: FLAG_COUNT }, (_, index) => one(flagAt(index), 100 + index)).flat(),
    contexts: sample(context, CONTEXT_COUNT, 1_000),
  };
}
