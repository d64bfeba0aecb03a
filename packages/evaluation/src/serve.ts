import { DEFAULT_UNIT, unitReader } from './attribute.ts';
import { POSITIONS_PPM, positionPpm, seedOf, unitHash } from './bucket.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type { Arm, ExposureTag, Flag, Serve, ServeEvaluated, ServeRollout, ServeSplit } from './flag.ts';
import { fail, type Served, serveVariation, type Why } from './outcome.ts';

/**
 * What a rule or the fallthrough can answer, with its evaluations made. A split and a rollout are both ranges over
 * positions; `evaluate` and `explain` read the same plan.
 */
export type ServePlan = ConstantPlan | BucketPlan;

interface ConstantPlan {
  readonly kind: 'constant';
  readonly evaluation: Evaluation;
}

export interface BucketPlan {
  readonly kind: 'buckets';
  readonly unit: string;
  readonly salt: string;
  readonly seed: number;
  /** By `fromPpm`; they cover [0, 1 000 000) without overlap, and none is empty. */
  readonly ranges: readonly BucketRange[];
  /** For a context without the unit; undefined passes on, as if the rule had not matched. */
  readonly missing: Evaluation | undefined;
}

export interface BucketRange {
  readonly fromPpm: number;
  readonly toPpm: number;
  readonly evaluation: Served;
}

/** Where a serve stands, and why a variation that everyone gets there is served. */
export type Place = Pick<Why, 'reason' | 'ruleId'>;

export function planServe(flag: Flag, serve: Serve, place: Place): ServePlan {
  switch (serve.kind) {
    case 'variation':
      return { kind: 'constant', evaluation: serveVariation(flag, serve.variation, place) };
    case 'evaluated':
      return { kind: 'constant', evaluation: repeatServer(flag, serve) };
    case 'split':
      return { ...planBuckets(flag, serve, place), ranges: splitRanges(flag, serve, place) };
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
): (context: Context) => Evaluation | Otherwise {
  return plan.kind === 'constant' ? always(plan.evaluation) : pickRange(plan, plan.missing ?? otherwise);
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
  const missing = onMissingUnit === undefined ? undefined : serveVariation(flag, onMissingUnit, place);
  return { kind: 'buckets', unit, salt, seed: seedOf(salt), missing };
}

function splitRanges(flag: Flag, serve: ServeSplit, place: Place): BucketRange[] {
  const why = splitWhy(place);
  return serve.ranges
    .filter(({ fromPpm, toPpm }) => fromPpm < toPpm)
    .toSorted((left, right) => left.fromPpm - right.fromPpm)
    .map(({ fromPpm, toPpm, variation }) => ({ fromPpm, toPpm, evaluation: serveVariation(flag, variation, why) }));
}

function rolloutRanges(flag: Flag, serve: ServeRollout, place: Place): BucketRange[] {
  const { treatment, control, treatmentPpm, controlSamplePpm = POSITIONS_PPM } = serve;
  const measured = (arm: Arm): Why => ({ ...splitWhy(place), exposure: exposureTag(serve, arm) });
  const sampleFromPpm = Math.max(treatmentPpm, POSITIONS_PPM - controlSamplePpm);
  const ranges = [
    { fromPpm: 0, toPpm: treatmentPpm, evaluation: serveVariation(flag, treatment, measured('treatment')) },
    { fromPpm: treatmentPpm, toPpm: sampleFromPpm, evaluation: serveVariation(flag, control, splitWhy(place)) },
    { fromPpm: sampleFromPpm, toPpm: POSITIONS_PPM, evaluation: serveVariation(flag, control, measured('control')) },
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
