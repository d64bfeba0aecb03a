import { POSITIONS_PPM } from './bucket.ts';
import {
  anything,
  type Check,
  finite,
  integer,
  listOf,
  literal,
  optional,
  record,
  text,
  truth,
  variant,
} from './check.ts';
import { childrenOf } from './children-of.ts';
import { findBucketingFlaw, findConditionFlaw } from './find-condition-flaw.ts';
import { CALLER_DEFAULT, type Condition, type Flag, type Segment, type Serve, type SplitRange } from './flag.ts';
import { matchesKind } from './kind.ts';

/**
 * Documents come from the wire, a disk or somebody's hand. What is wrong with one is found before it is compiled, so
 * that the rest of this package may trust types, and a broken document is an answer (PARSE_ERROR), not an exception.
 */
const count = integer(0, Number.MAX_SAFE_INTEGER);
const ppm = integer(0, POSITIONS_PPM);

const split = record({
  unit: optional(text),
  bucketGroup: optional(text),
  ranges: listOf(record({ fromPpm: ppm, toPpm: ppm, variation: text })),
  onMissingUnit: optional(text),
});

const vendorSplit = record({
  bucketing: findBucketingFlaw,
  units: listOf(text),
  ranges: listOf(record({ from: finite, to: finite, variation: text })),
  onMissingUnit: optional(text),
});

const rollout = record({
  rolloutId: text,
  epoch: count,
  stageIndex: count,
  treatment: text,
  control: text,
  treatmentPpm: ppm,
  unit: optional(text),
  bucketGroup: optional(text),
  onMissingUnit: optional(text),
  controlSamplePpm: optional(ppm),
});

const exposure = record({
  rolloutId: text,
  epoch: count,
  stageIndex: count,
  arm: literal('control', 'treatment'),
  unit: text,
});

const evaluated = record({
  variation: text,
  reason: literal('STATIC', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'DEFAULT', 'STALE', 'CACHED', 'ERROR'),
  errorCode: optional(text),
  ruleId: optional(text),
  exposure: optional(exposure),
});

const serve = variant('kind', { variation: record({ variation: text }), split, vendorSplit, rollout, evaluated });

const flagShape = record({
  key: text,
  kind: literal('boolean', 'string', 'number', 'json'),
  variations: listOf(record({ key: text, value: anything })),
  enabled: truth,
  offVariation: text,
  salt: text,
  prerequisites: listOf(record({ flag: text, variations: listOf(text) })),
  targets: listOf(record({ variation: text, unit: optional(text), keys: listOf(text) })),
  holdout: optional(text),
  layer: optional(record({ key: text, unit: optional(text), fromPpm: ppm, toPpm: ppm })),
  rules: listOf(record({ id: text, condition: findConditionFlaw, serve })),
  fallthrough: serve,
  revision: count,
});

const segmentShape = record({
  key: text,
  unit: optional(text),
  included: listOf(text),
  excluded: listOf(text),
  condition: findConditionFlaw,
  revision: count,
});

/** What is wrong with a document that should be a `Segment`; undefined proves that it is one. */
export const findSegmentFlaw: Check = (document) => {
  const shapeFlaw = segmentShape(document);
  if (shapeFlaw !== undefined) return shapeFlaw;
  // The shape holds, so the type does. Flags refer to segments; the other way round would make circles of both.
  return asksFlag((document as Segment).condition) ? '.condition: a segment cannot ask a flag' : undefined;
};

function asksFlag(condition: Condition): boolean {
  return 'flag' in condition || childrenOf(condition).some(asksFlag);
}

/** What is wrong with a document that should be a `Flag`; undefined proves that it is one. */
export const findFlagFlaw: Check = (document) => {
  const shapeFlaw = flagShape(document);
  if (shapeFlaw !== undefined) return shapeFlaw;
  // The shape holds, so the type does.
  const flag = document as Flag;
  return findVariationFlaw(flag) ?? findReferenceFlaw(flag);
};

function findVariationFlaw({ kind, variations }: Flag): string | undefined {
  const taken = new Set<string>();
  for (const [index, { key, value }] of variations.entries()) {
    if (!matchesKind(kind, value)) return `.variations[${index}].value: expected a value of kind ${kind}`;
    if (key === CALLER_DEFAULT) return `.variations[${index}].key: "${key}" means the caller's default`;
    if (taken.has(key)) return `.variations[${index}].key: "${key}" is taken`;
    taken.add(key);
  }
  return undefined;
}

/** What a flag serves must be a variation that it has; and a split must serve something at every position. */
function findReferenceFlaw({ variations, offVariation, targets, rules, fallthrough }: Flag): string | undefined {
  const known = new Set([CALLER_DEFAULT, ...variations.map(({ key }) => key)]);
  const serveFlaw = (serve: Serve) => findServeFlaw(serve, known);
  return (
    unknownVariation(known, '.offVariation', offVariation) ??
    flawIn('.targets', targets, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
    flawIn('.rules', rules, ({ serve }) => under('.serve', serveFlaw(serve))) ??
    under('.fallthrough', serveFlaw(fallthrough))
  );
}

function findServeFlaw(serve: Serve, known: ReadonlySet<string>): string | undefined {
  switch (serve.kind) {
    case 'variation':
      return unknownVariation(known, '.variation', serve.variation);
    case 'evaluated':
      return serve.reason === 'ERROR' ? undefined : unknownVariation(known, '.variation', serve.variation);
    case 'rollout':
      return (
        unknownVariation(known, '.treatment', serve.treatment) ??
        unknownVariation(known, '.control', serve.control) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit)
      );
    case 'vendorSplit':
      return (
        flawIn('.ranges', serve.ranges, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit)
      );
    case 'split':
      return (
        flawIn('.ranges', serve.ranges, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit) ??
        (coverAll(serve.ranges) ? undefined : `.ranges: expected to cover [0, ${POSITIONS_PPM}) without overlap`)
      );
    default:
      return serve satisfies never;
  }
}

function unknownVariation(known: ReadonlySet<string>, path: string, key: string | undefined): string | undefined {
  return key === undefined || known.has(key) ? undefined : `${path}: there is no variation "${key}"`;
}

function flawIn<T>(path: string, list: readonly T[], flawOf: (element: T) => string | undefined): string | undefined {
  for (const [index, element] of list.entries()) {
    const flaw = flawOf(element);
    if (flaw !== undefined) return `${path}[${index}]${flaw}`;
  }
  return undefined;
}

function under(path: string, flaw: string | undefined): string | undefined {
  return flaw === undefined ? undefined : `${path}${flaw}`;
}

function coverAll(ranges: readonly SplitRange[]): boolean {
  let coveredPpm = 0;
  for (const { fromPpm, toPpm } of ranges.toSorted(
    (left, right) => left.fromPpm - right.fromPpm || left.toPpm - right.toPpm,
  )) {
    if (fromPpm !== coveredPpm || toPpm < fromPpm) return false;
    coveredPpm = toPpm;
  }
  return coveredPpm === POSITIONS_PPM;
}
