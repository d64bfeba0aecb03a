import { DEFAULT_UNIT, unitReader } from './attribute.ts';
import { POSITIONS_PPM, positionPpm, seedOf, unitHash } from './bucket.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type {
  Arm,
  ExposureTag,
  Flag,
  Serve,
  ServeEvaluated,
  ServeRollout,
  ServeSplit,
  ServeVendorSplit,
  VendorBucketing,
} from './flag.ts';
import type { Language } from './language.ts';
import { fail, serveVariation, type Why } from './outcome.ts';
import { vendorPosition } from './vendor-position.ts';

/**
 * What a rule or the fallthrough can answer, with its evaluations made. A split and a rollout are both ranges over
 * positions; `evaluate` and `explain` read the same plan.
 */
export type ServePlan = ConstantPlan | BucketPlan | VendorPlan;

/** A variation (or `CALLER_DEFAULT`) as a flag names it, and the evaluation that serves it. */
export interface Answer {
  readonly variation: string;
  readonly evaluation: Evaluation;
}

interface ConstantPlan extends Answer {
  readonly kind: 'constant';
}

export interface BucketPlan {
  readonly kind: 'buckets';
  readonly unit: string;
  readonly salt: string;
  readonly seed: number;
  /** By `fromPpm`; they cover [0, 1 000 000) without overlap, and none is empty. */
  readonly ranges: readonly BucketRange[];
  /** For a context without the unit; undefined passes on, as if the rule had not matched. */
  readonly missing: Answer | undefined;
}

export interface BucketRange extends Answer {
  readonly fromPpm: number;
  readonly toPpm: number;
}

export interface VendorPlan {
  readonly kind: 'vendorBuckets';
  readonly bucketing: VendorBucketing;
  readonly units: readonly string[];
  readonly ranges: readonly VendorPlanRange[];
  readonly missing: Answer | undefined;
}

export interface VendorPlanRange extends Answer {
  readonly from: number;
  readonly to: number;
}

/** Where a serve stands, and why a variation that everyone gets there is served. */
export type Place = Pick<Why, 'reason' | 'ruleId'>;

export function planServe(flag: Flag, serve: Serve, place: Place): ServePlan {
  switch (serve.kind) {
    case 'variation':
      return { kind: 'constant', variation: serve.variation, evaluation: serveVariation(flag, serve.variation, place) };
    case 'evaluated':
      return { kind: 'constant', variation: serve.variation, evaluation: repeatServer(flag, serve) };
    case 'split':
      return { ...planBuckets(flag, serve, place), ranges: splitRanges(flag, serve, place) };
    case 'vendorSplit':
      return planVendorSplit(flag, serve, place);
    case 'rollout':
      return { ...planBuckets(flag, serve, place), ranges: rolloutRanges(flag, serve, place) };
    default:
      return serve satisfies never;
  }
}

/** `otherwise` is for a context without the unit when the plan has no answer of its own for it. */
export function compileServe<Otherwise extends Evaluation | undefined>(
  plan: ServePlan,
  otherwise: Otherwise,
  language: Language,
): (context: Context) => Evaluation | Otherwise {
  if (plan.kind === 'constant') return always(plan.evaluation);
  if (plan.kind === 'vendorBuckets') return pickVendorRange(plan, otherwise, language);
  return pickRange(plan, plan.missing?.evaluation ?? otherwise);
}

function always(evaluation: Evaluation): () => Evaluation {
  return () => evaluation;
}

function pickRange<Missing>(
  { unit, seed, ranges }: BucketPlan,
  missing: Missing,
): (context: Context) => Evaluation | Missing {
  const unitKeyOf = unitReader(unit);
  return (context) => {
    const unitKey = unitKeyOf(context);
    if (unitKey === undefined) return missing;
    return rangeAt(ranges, positionPpm(unitHash(unitKey), seed))?.evaluation ?? missing;
  };
}

function pickVendorRange<Otherwise>(
  plan: VendorPlan,
  otherwise: Otherwise,
  language: Language,
): (context: Context) => Evaluation | Otherwise {
  const positionOf = vendorPosition(plan, language);
  const { ranges } = plan;
  const missing = plan.missing?.evaluation ?? otherwise;
  return (context) => {
    const found = positionOf(context);
    if (found === undefined) return missing;
    return vendorRangeAt(ranges, found.position)?.evaluation ?? otherwise;
  };
}

export function vendorRangeAt(ranges: readonly VendorPlanRange[], position: number): VendorPlanRange | undefined {
  for (const range of ranges) if (position >= range.from && position < range.to) return range;
  return undefined;
}

/** Never undefined for a position in [0, 1 000 000), which the ranges cover. */
export function rangeAt(ranges: readonly BucketRange[], position: number): BucketRange | undefined {
  for (const range of ranges) if (position < range.toPpm) return range;
  return undefined;
}

function repeatServer(flag: Flag, serve: ServeEvaluated): Evaluation {
  const { variation, reason, ruleId, exposure, errorCode = 'GENERAL' } = serve;
  if (reason === 'ERROR') return fail(errorCode, 'The server could not evaluate the flag.', flag.revision);
  return serveVariation(flag, variation, {
    reason,
    ...(ruleId !== undefined && { ruleId }),
    ...(exposure !== undefined && { exposure: exposureTag(exposure, exposure.arm) }),
  });
}

function planBuckets(flag: Flag, serve: ServeSplit | ServeRollout, place: Place): Omit<BucketPlan, 'ranges'> {
  const { unit = DEFAULT_UNIT, bucketGroup: salt = flag.salt, onMissingUnit } = serve;
  return { kind: 'buckets', unit, salt, seed: seedOf(salt), missing: missingAnswer(flag, onMissingUnit, place) };
}

function missingAnswer(flag: Flag, variation: string | undefined, place: Place): Answer | undefined {
  return variation === undefined ? undefined : { variation, evaluation: serveVariation(flag, variation, place) };
}

function planVendorSplit(flag: Flag, serve: ServeVendorSplit, place: Place): VendorPlan {
  const { bucketing, units, ranges, onMissingUnit } = serve;
  const why = splitWhy(place);
  return {
    kind: 'vendorBuckets',
    bucketing,
    units,
    ranges: ranges.map((range) => ({ ...range, evaluation: serveVariation(flag, range.variation, why) })),
    missing: missingAnswer(flag, onMissingUnit, place),
  };
}

function splitRanges(flag: Flag, serve: ServeSplit, place: Place): BucketRange[] {
  const why = splitWhy(place);
  return serve.ranges
    .filter(({ fromPpm, toPpm }) => fromPpm < toPpm)
    .toSorted((left, right) => left.fromPpm - right.fromPpm)
    .map((range) => ({ ...range, evaluation: serveVariation(flag, range.variation, why) }));
}

function rolloutRanges(flag: Flag, serve: ServeRollout, place: Place): BucketRange[] {
  const { treatment, control, treatmentPpm, controlSamplePpm = POSITIONS_PPM } = serve;
  const sampleFromPpm = Math.max(treatmentPpm, POSITIONS_PPM - controlSamplePpm);
  const range = (fromPpm: number, toPpm: number, variation: string, arm?: Arm): BucketRange => {
    const why = splitWhy(place);
    const measured = arm === undefined ? why : { ...why, exposure: exposureTag(serve, arm) };
    return { fromPpm, toPpm, variation, evaluation: serveVariation(flag, variation, measured) };
  };
  const ranges = [
    range(0, treatmentPpm, treatment, 'treatment'),
    range(treatmentPpm, sampleFromPpm, control),
    range(sampleFromPpm, POSITIONS_PPM, control, 'control'),
  ];
  return ranges.filter(({ fromPpm, toPpm }) => fromPpm < toPpm);
}

function splitWhy({ ruleId }: Place): Why {
  return ruleId === undefined ? { reason: 'SPLIT' } : { reason: 'SPLIT', ruleId };
}

function exposureTag(measured: Omit<ExposureTag, 'arm' | 'unit'> & { readonly unit?: string }, arm: Arm): ExposureTag {
  const { rolloutId, epoch, stageIndex, unit = DEFAULT_UNIT } = measured;
  return Object.freeze({ rolloutId, epoch, stageIndex, arm, unit });
}
