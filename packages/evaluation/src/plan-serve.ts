import { DEFAULT_UNIT, findReader } from './attribute.ts';
import { POSITIONS_PPM } from './bucket.ts';
import type { Evaluation } from './evaluation.ts';
import {
  type Arm,
  CALLER_DEFAULT,
  type ExposureTag,
  type Flag,
  type Serve,
  type ServeEvaluated,
  type ServeRollout,
  type ServeSplit,
} from './flag.ts';
import type { RangePlan, SplitPlan } from './flag-plan.ts';
import { serve as answer, fail, type Served, servedBy } from './outcome.ts';
import { saltOf } from './plan-condition.ts';
import type { Scope } from './scope.ts';
import { vendorPosition } from './vendor-position.ts';

/** What a rule or the fallthrough serves: see `StepPlan`. */
export interface ServePlan {
  readonly split: SplitPlan | undefined;
  readonly served: Served | undefined;
  /** What a server has decided already. */
  readonly evaluation: Evaluation | undefined;
}

export function planServe(flag: Flag, serve: Serve, scope: Scope): ServePlan {
  switch (serve.kind) {
    case 'variation':
      return { split: undefined, served: servedBy(flag, serve.variation), evaluation: undefined };
    case 'evaluated':
      return planEvaluated(flag, serve);
    case 'split':
      return planSplit(flag, serve, scope.shared.ranges(splitRanges(flag, serve)));
    case 'rollout':
      return planSplit(flag, serve, rolloutRanges(flag, serve));
    case 'vendorSplit': {
      const operand = vendorPosition(serve, scope.language);
      const ranges = serve.ranges.map(({ from, to, variation }) => planRange(flag, { from, to, variation }));
      const evaluations = undefined;
      return splitBy(flag, serve, {
        kind: 'vendorPosition',
        subject: serve,
        read: undefined,
        operand,
        ranges,
        evaluations,
      });
    }
    default:
      serve satisfies never;
      throw new Error('.kind: no way to serve');
  }
}

/** To the evaluator of a page: what the server decided, and why. */
function planEvaluated(flag: Flag, { variation, reason, ruleId, exposure, errorCode }: ServeEvaluated): ServePlan {
  if (reason === 'ERROR') {
    const evaluation = fail(errorCode ?? 'GENERAL', 'The server could not evaluate the flag.', flag.revision);
    return { split: undefined, served: servedBy(flag, CALLER_DEFAULT), evaluation };
  }
  const served = servedBy(flag, variation);
  const tag = exposure && exposureTag(exposure, exposure.arm);
  return { split: undefined, served, evaluation: answer(flag, served, { reason, ruleId, exposure: tag }) };
}

function planSplit(flag: Flag, serve: ServeSplit | ServeRollout, ranges: readonly RangePlan[]): ServePlan {
  const { unit: subject = DEFAULT_UNIT, bucketGroup: salt = flag.salt } = serve;
  const operand = saltOf(salt);
  const read = findReader(subject);
  return splitBy(flag, serve, { kind: 'position', subject, read, operand, ranges, evaluations: undefined });
}

function splitBy(flag: Flag, { onMissingUnit }: { readonly onMissingUnit?: string }, split: SplitPlan): ServePlan {
  return {
    split,
    served: onMissingUnit === undefined ? undefined : servedBy(flag, onMissingUnit),
    evaluation: undefined,
  };
}

function splitRanges(flag: Flag, { ranges }: ServeSplit): RangePlan[] {
  return ranges.map(({ fromPpm: from, toPpm: to, variation }) => planRange(flag, { from, to, variation }));
}

function rolloutRanges(flag: Flag, serve: ServeRollout): RangePlan[] {
  const { treatment, control, treatmentPpm, controlSamplePpm = POSITIONS_PPM } = serve;
  const sampleFrom = Math.max(treatmentPpm, POSITIONS_PPM - controlSamplePpm);
  const ranges = [
    planRange(flag, { from: 0, to: treatmentPpm, variation: treatment }, exposureTag(serve, 'treatment')),
    planRange(flag, { from: treatmentPpm, to: sampleFrom, variation: control }),
    planRange(flag, { from: sampleFrom, to: POSITIONS_PPM, variation: control }, exposureTag(serve, 'control')),
  ];
  return ranges.filter(({ from, to }) => from < to);
}

function planRange(
  flag: Flag,
  { from, to, variation }: { readonly from: number; readonly to: number; readonly variation: string },
  exposure?: ExposureTag,
): RangePlan {
  return { from, to, served: servedBy(flag, variation), exposure };
}

function exposureTag(measured: Omit<ExposureTag, 'arm' | 'unit'> & { readonly unit?: string }, arm: Arm): ExposureTag {
  const { rolloutId, epoch, stageIndex, unit = DEFAULT_UNIT } = measured;
  return Object.freeze({ rolloutId, epoch, stageIndex, arm, unit });
}
