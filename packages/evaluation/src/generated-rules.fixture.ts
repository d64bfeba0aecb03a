import fc from 'fast-check';
import type { Context } from './evaluation.ts';
import type { Bucket, Condition, Flag, Operator, Segment, Serve, SplitRange } from './flag.ts';
import type { JsonValue } from './json.ts';

// Few names, so that references meet, and those that trip over objects' inheritance among them.
export const flagKey = fc.constantFrom('a', 'b', 'c', 'd', '__proto__', 'constructor');
export const segmentKey = fc.constantFrom('s', 't', 'u', 'toString');
const variationKey = fc.constantFrom('on', 'off', '__proto__', '$default');
const path = fc.constantFrom('targetingKey', 'plan', 'age', 'org.id', 'constructor', 'org.__proto__', 'seen', '$now');
const ppm = fc.nat(1_000_000);
const unitKey = fc.constantFrom('ada', 'bob', '7', 'toString', '🔑');

const scalar: fc.Arbitrary<JsonValue> = fc.oneof(
  unitKey,
  fc.constantFrom('pro', '', '1.2.3', 'v1.3.0-rc.1', '2026-11-21T21:07:00Z', 'constructor', '10.0.0.1', '10.0.0.0/8'),
  fc.constantFrom(0, 7, -1, 4.5, 1_763_760_000_000),
  fc.boolean(),
  fc.constant(null),
);
const value: fc.Arbitrary<JsonValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  fc.array(scalar, { maxLength: 12 }),
  fc.dictionary(fc.constantFrom('id', 'plan', '__proto__'), scalar),
);

const operator = fc.constantFrom<Operator>(
  ...(['equals', 'notEquals', 'in', 'notIn', 'contains', 'notContains', 'startsWith', 'notEndsWith'] as const),
  ...(['lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual', 'before', 'after'] as const),
  ...(['semverEquals', 'semverNotEquals', 'semverLessThan', 'semverGreaterThanOrEqual'] as const),
  ...(['matches', 'notMatches', 'inCidr', 'notInCidr', 'notBefore'] as const),
  ...(['overlaps', 'notOverlaps', 'exists', 'notExists'] as const),
);

const bucket = fc.record(
  { salt: fc.constantFrom('', 'salt'), unit: path, fromPpm: ppm, toPpm: ppm },
  { requiredKeys: ['salt', 'fromPpm', 'toPpm'] },
) as fc.Arbitrary<Bucket>;

const treeOf = (...leaves: fc.Arbitrary<Condition>[]) =>
  fc.letrec<{ condition: Condition; list: readonly Condition[] }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 3 },
      ...leaves,
      fc.record({ all: tie('list') }),
      fc.record({ any: tie('list') }),
      fc.record({ not: tie('condition') }),
    ),
    list: fc.array(tie('condition'), { maxLength: 3 }),
  })).condition;

const leaves = [
  fc.record({ bucket }),
  fc.record({ attribute: path, operator, values: fc.array(value, { maxLength: 10 }) }),
  fc.record({ segment: segmentKey }),
];
const askedFlag = fc.record({ flag: flagKey, variations: fc.array(variationKey, { maxLength: 2 }) });
const condition = treeOf(...leaves, askedFlag);
const flaglessCondition = treeOf(...leaves);

const ranges: fc.Arbitrary<SplitRange[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 999_999 }), { maxLength: 4 }),
    fc.array(variationKey, { minLength: 5, maxLength: 5 }),
  )
  .map(([cuts, variations]) => {
    const bounds = [0, ...cuts.toSorted((left, right) => left - right), 1_000_000];
    return variations
      .slice(0, bounds.length - 1)
      .map((variation, index) => ({ fromPpm: bounds[index] ?? 0, toPpm: bounds[index + 1] ?? 0, variation }));
  });

const capsOf = <T extends object>(capped: T) =>
  fc.array(fc.record({ condition: flaglessCondition, ...capped }), { maxLength: 2 });

// The arbitraries below have every field of their types, but fast-check infers wider ones: hence their casts.
const optionalUnit = { unit: path, bucketGroup: fc.constantFrom('g', ''), onMissingUnit: variationKey };
const serve: fc.Arbitrary<Serve> = fc.oneof(
  fc.record({ kind: fc.constant('variation'), variation: variationKey }),
  fc.record(
    { kind: fc.constant('split'), ranges, caps: capsOf({ ranges }), ...optionalUnit },
    { requiredKeys: ['kind', 'ranges'] },
  ),
  fc.record(
    {
      kind: fc.constant('rollout'),
      rolloutId: fc.constant('r'),
      epoch: fc.constant(1),
      stageIndex: fc.nat(3),
      treatment: variationKey,
      control: variationKey,
      treatmentPpm: fc.nat(1_000_000),
      controlSamplePpm: fc.nat(1_000_000),
      scope: condition,
      caps: capsOf({ treatmentPpm: ppm, stageIndex: fc.nat(3) }),
      ...optionalUnit,
    },
    { requiredKeys: ['kind', 'rolloutId', 'epoch', 'stageIndex', 'treatment', 'control', 'treatmentPpm'] },
  ),
  fc.record({
    kind: fc.constant('evaluated'),
    variation: variationKey,
    reason: fc.constantFrom('SPLIT', 'DISABLED', 'ERROR', 'STATIC'),
  }),
) as fc.Arbitrary<Serve>;

export const flag: fc.Arbitrary<Flag> = fc.record({
  key: flagKey,
  kind: fc.constant('string'),
  variations: fc.constant(['on', 'off', '__proto__'].map((key) => ({ key, value: `value of ${key}` }))),
  enabled: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, fc.constant(false)),
  offVariation: variationKey,
  salt: fc.constantFrom('', 'salt', 'Größe'),
  prerequisites: fc.array(fc.record({ flag: flagKey, variations: fc.array(variationKey, { maxLength: 3 }) }), {
    maxLength: 2,
  }),
  targets: fc.array(
    fc.record(
      { variation: variationKey, unit: path, keys: fc.array(unitKey) },
      { requiredKeys: ['variation', 'keys'] },
    ),
    { maxLength: 2 },
  ),
  holdout: fc.option(segmentKey, { nil: undefined, freq: 4 }),
  layer: fc.option(fc.record({ key: fc.constantFrom('l', ''), fromPpm: ppm, toPpm: ppm }), { nil: undefined, freq: 4 }),
  rules: fc.array(fc.record({ id: fc.constantFrom('r1', 'r2'), condition, serve }), { maxLength: 3 }),
  fallthrough: serve,
  clientSide: fc.constant('off'),
  revision: fc.nat(9),
}) as fc.Arbitrary<Flag>;

export const segment: fc.Arbitrary<Segment> = fc.record(
  {
    key: segmentKey,
    unit: path,
    included: fc.array(unitKey, { maxLength: 12 }),
    excluded: fc.array(unitKey, { maxLength: 2 }),
    condition,
    revision: fc.nat(9),
  },
  { requiredKeys: ['key', 'included', 'excluded', 'condition', 'revision'] },
) as fc.Arbitrary<Segment>;

export const context: fc.Arbitrary<Context> = fc.dictionary(
  fc.constantFrom('targetingKey', 'plan', 'age', 'org', 'org.id', 'constructor', '__proto__', 'seen'),
  value,
) as fc.Arbitrary<Context>;

export const flags = fc.uniqueArray(flag, { selector: ({ key }) => key, maxLength: 5 });
export const segments = fc.uniqueArray(segment, { selector: ({ key }) => key, maxLength: 4 });

/** Sound documents of which some part was replaced by something else. */
export const damaged = <T>(document: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.tuple(document, fc.infiniteStream(fc.nat()), fc.jsonValue()).map(([sound, choices, replacement]) => {
    const copy = JSON.parse(JSON.stringify(sound));
    replaceSomewhere(copy, choices, replacement);
    return copy;
  });

function replaceSomewhere(document: object, choices: Iterator<number>, replacement: unknown): void {
  const entries = Object.entries(document);
  const [name, part] = entries[choices.next().value % entries.length] ?? ['added', undefined];
  const goesDeeper = typeof part === 'object' && part !== null && choices.next().value % 3 > 0;
  if (goesDeeper) replaceSomewhere(part, choices, replacement);
  else
    Object.defineProperty(document, name, { value: replacement, enumerable: true, configurable: true, writable: true });
}
