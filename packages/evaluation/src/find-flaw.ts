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
import {
  CALLER_DEFAULT,
  type Condition,
  type Flag,
  type Segment,
  type Serve,
  type ServeSplit,
  type SplitRange,
  type Variation,
} from './flag.ts';
import { matchesKind } from './kind.ts';

/**
 * Documents come from the wire, a disk or somebody's hand. What is wrong with one is found before it is compiled, so
 * that the rest of this package may trust types, and a broken document is an answer (PARSE_ERROR), not an exception.
 */
const count = integer(0, Number.MAX_SAFE_INTEGER);
const ppm = integer(0, POSITIONS_PPM);

const ranges = listOf(record({ fromPpm: ppm, toPpm: ppm, variation: text }));

const split = record({
  unit: optional(text),
  bucketGroup: optional(text),
  ranges,
  caps: optional(listOf(record({ condition: findConditionFlaw, ranges }))),
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
  scope: optional(findConditionFlaw),
  caps: optional(listOf(record({ condition: findConditionFlaw, treatmentPpm: ppm, stageIndex: count }))),
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
  const placeOf = placesOf(flag.variations);
  return findVariationFlaw(flag, placeOf) ?? findReferenceFlaw(flag, placeOf);
};

/** Where the first variation with a key stands. */
type PlaceOf = (variationKey: string) => number | undefined;

/** Most flags have a few variations, which are looked through in less time than an index of them is made. */
const LOOKED_THROUGH_MAX = 8;

function placesOf(variations: readonly Variation[]): PlaceOf {
  if (variations.length <= LOOKED_THROUGH_MAX) {
    return (variationKey) => {
      const place = variations.findIndex(({ key }) => key === variationKey);
      return place === -1 ? undefined : place;
    };
  }
  const places = new Map<string, number>();
  for (const [place, { key }] of variations.entries()) if (!places.has(key)) places.set(key, place);
  return (variationKey) => places.get(variationKey);
}

function findVariationFlaw({ kind, variations }: Flag, placeOf: PlaceOf): string | undefined {
  let index = 0;
  for (const { key, value } of variations) {
    if (!matchesKind(kind, value)) return `.variations[${index}].value: expected a value of kind ${kind}`;
    if (key === CALLER_DEFAULT) return `.variations[${index}].key: "${key}" means the caller's default`;
    if (placeOf(key) !== index) return `.variations[${index}].key: "${key}" is taken`;
    index++;
  }
  return undefined;
}

/** What a flag serves must be a variation that it has; and a split must serve something at every position. */
function findReferenceFlaw({ offVariation, targets, rules, fallthrough }: Flag, known: PlaceOf): string | undefined {
  return (
    unknownVariation(known, '.offVariation', offVariation) ??
    flawIn('.targets', targets, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
    flawIn('.rules', rules, ({ serve }) => under('.serve', findServeFlaw(serve, known))) ??
    under('.fallthrough', findServeFlaw(fallthrough, known))
  );
}

function findServeFlaw(serve: Serve, known: PlaceOf): string | undefined {
  switch (serve.kind) {
    case 'variation':
      return unknownVariation(known, '.variation', serve.variation);
    case 'evaluated':
      return serve.reason === 'ERROR' ? undefined : unknownVariation(known, '.variation', serve.variation);
    case 'rollout':
      return (
        unknownVariation(known, '.treatment', serve.treatment) ??
        unknownVariation(known, '.control', serve.control) ??
        flawIn('.caps', serve.caps ?? [], findCapFlaw) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit)
      );
    case 'vendorSplit':
      return (
        flawIn('.ranges', serve.ranges, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit)
      );
    case 'split':
      return (
        findRangesFlaw(serve, known) ??
        flawIn('.caps', serve.caps ?? [], (cap) => findCapFlaw(cap) ?? findRangesFlaw(cap, known)) ??
        unknownVariation(known, '.onMissingUnit', serve.onMissingUnit)
      );
    default:
      return serve satisfies never;
  }
}

function findCapFlaw({ condition }: { readonly condition: Condition }): string | undefined {
  return asksFlag(condition) ? '.condition: a cap cannot ask a flag' : undefined;
}

function findRangesFlaw({ ranges }: Pick<ServeSplit, 'ranges'>, known: PlaceOf): string | undefined {
  return (
    flawIn('.ranges', ranges, ({ variation }) => unknownVariation(known, '.variation', variation)) ??
    (coverAll(ranges) ? undefined : `.ranges: expected to cover [0, ${POSITIONS_PPM}) without overlap`)
  );
}

function unknownVariation(known: PlaceOf, path: string, key: string | undefined): string | undefined {
  return key === undefined || key === CALLER_DEFAULT || known(key) !== undefined
    ? undefined
    : `${path}: there is no variation "${key}"`;
}

function flawIn<T>(path: string, list: readonly T[], flawOf: (element: T) => string | undefined): string | undefined {
  let index = 0;
  for (const element of list) {
    const flaw = flawOf(element);
    if (flaw !== undefined) return `${path}[${index}]${flaw}`;
    index++;
  }
  return undefined;
}

function under(path: string, flaw: string | undefined): string | undefined {
  return flaw === undefined ? undefined : `${path}${flaw}`;
}

/** They are written in order almost always. */
function coverAll(ranges: readonly SplitRange[]): boolean {
  return followOneAnother(ranges) || followOneAnother(ranges.toSorted(byPosition));
}

function byPosition(left: SplitRange, right: SplitRange): number {
  return left.fromPpm - right.fromPpm || left.toPpm - right.toPpm;
}

function followOneAnother(ranges: readonly SplitRange[]): boolean {
  let coveredPpm = 0;
  for (const { fromPpm, toPpm } of ranges) {
    if (fromPpm !== coveredPpm || toPpm < fromPpm) return false;
    coveredPpm = toPpm;
  }
  return coveredPpm === POSITIONS_PPM;
}
