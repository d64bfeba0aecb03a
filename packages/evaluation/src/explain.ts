import { asContext, unitKeyOf } from './attribute.ts';
import type { Context, Evaluation, Explanation, ExplanationStep } from './evaluation.ts';
import type { Flag } from './flag.ts';
import { flagNotFound, malformedFlag, malformedSegment } from './outcome.ts';
import { type FlagPlan, planFlag, type RulePlan, type TargetPlan } from './plan-flag.ts';
import { findMalformedSegment, isMet, reachOfFlags, reachOfSegments } from './references.ts';
import type { Rules } from './rules.ts';
import { type Answer, type BucketPlan, rangeAt, type ServePlan, type VendorPlan, vendorRangeAt } from './serve.ts';
import { type Question, traceCondition, traceSegment } from './trace-condition.ts';
import { sliceOf, tracePosition, traceVendorPosition } from './trace-position.ts';

/** What is being explained, and the steps that were told so far. */
interface Telling extends Question {
  readonly flagKey: string;
  readonly steps: ExplanationStep[];
}

/**
 * The answer that `evaluate` gives, with every step on the way to it: the conditions and what they compared, the hash,
 * the position and the range. It reads the plan that `evaluate` runs as closures; a property test holds the two
 * together. A flag that is unknown or malformed has no steps.
 */
export function explain(rules: Rules, flagKey: string, context: Context): Explanation {
  const steps: ExplanationStep[] = [];
  const explainFlag = (key: string) => explain(rules, key, context);
  const evaluation = tell({ rules, flagKey, context: asContext(context), explainFlag, steps });
  return { flagKey, evaluation, steps };
}

function tell(telling: Telling): Evaluation {
  const { rules, flagKey, steps } = telling;
  const checked = rules.flags.get(flagKey)?.check();
  if (checked === undefined) return flagNotFound(flagKey);
  if (checked.kind === 'malformed') return malformedFlag(checked.flaw);
  const flag = checked.document;
  const plan = planFlag(flag);
  if (plan.enabled) {
    const malformed = findMalformedSegment(rules, reachOfSegments(rules, flag));
    if (malformed !== undefined) return malformedSegment(flag, malformed);
  }
  steps.push({ kind: 'enabled', flagKey, enabled: plan.enabled });
  if (!plan.enabled) return serve(telling, plan.offVariation, plan.disabled);
  if (!areAllMet(telling, flag)) return serve(telling, plan.offVariation, plan.unmet);
  const decided =
    firstOf(plan.targets, (target) => tellTarget(telling, target)) ??
    tellHoldout(telling, plan) ??
    tellLayer(telling, plan) ??
    firstOf(plan.rules, (rule) => tellRule(telling, rule));
  if (decided !== undefined) return decided;
  steps.push({ kind: 'fallthrough' });
  return tellServe(telling, plan.fallthrough) ?? plan.unanswered;
}

function areAllMet({ rules, explainFlag, steps }: Telling, flag: Flag): boolean {
  const { isBounded } = reachOfFlags(rules, flag);
  if (!isBounded && flag.prerequisites.length === 0) return false;
  return flag.prerequisites.every((prerequisite) => {
    const { flag: flagKey, variations: wanted } = prerequisite;
    const explanation = isBounded ? explainFlag(flagKey) : undefined;
    const met = explanation !== undefined && isMet(prerequisite, explanation.evaluation);
    const served = explanation?.evaluation.variation;
    const step = { kind: 'prerequisite', flagKey, wanted, served, met } as const;
    steps.push(explanation === undefined ? step : { ...step, explanation });
    return met;
  });
}

function tellTarget(telling: Telling, { unit, keys, variation, evaluation }: TargetPlan): Evaluation | undefined {
  const unitKey = unitKeyOf(telling.context, unit);
  const matched = unitKey !== undefined && keys.includes(unitKey);
  telling.steps.push({ kind: 'target', variation, unit, unitKey, matched });
  return matched ? evaluation : undefined;
}

function tellHoldout(telling: Telling, { holdout, offVariation }: FlagPlan): Evaluation | undefined {
  if (holdout === undefined) return undefined;
  const segment = traceSegment(telling, holdout.segment);
  telling.steps.push({ kind: 'holdout', held: segment.matched, segment });
  return segment.matched ? serve(telling, offVariation, holdout.held) : undefined;
}

function tellLayer(telling: Telling, { layer, offVariation }: FlagPlan): Evaluation | undefined {
  if (layer === undefined) return undefined;
  const position = tracePosition(layer, telling.context);
  const slice = sliceOf(position, layer);
  telling.steps.push({ kind: 'layer', layer: layer.key, ...position, ...slice });
  return slice.matched ? undefined : serve(telling, offVariation, layer.outside);
}

function tellRule(telling: Telling, { id, condition: document, serve }: RulePlan): Evaluation | undefined {
  const condition = traceCondition(telling, document);
  telling.steps.push({ kind: 'rule', ruleId: id, matched: condition.matched, condition });
  return condition.matched ? tellServe(telling, serve) : undefined;
}

function tellServe(telling: Telling, plan: ServePlan): Evaluation | undefined {
  switch (plan.kind) {
    case 'constant':
      return serve(telling, plan.variation, plan.evaluation);
    case 'buckets':
      return tellBucket(telling, plan);
    case 'vendorBuckets':
      return tellVendorBucket(telling, plan);
    default:
      return plan satisfies never;
  }
}

function tellBucket(telling: Telling, plan: BucketPlan): Evaluation | undefined {
  const position = tracePosition(plan, telling.context);
  const range = position.positionPpm === undefined ? undefined : rangeAt(plan.ranges, position.positionPpm);
  const { fromPpm = 0, toPpm = 0, variation = '' } = range ?? {};
  telling.steps.push({ kind: 'bucket', ...position, range: range && { fromPpm, toPpm, variation } });
  return tellRange(telling, range ?? plan.missing);
}

function tellVendorBucket(telling: Telling, plan: VendorPlan): Evaluation | undefined {
  const trace = traceVendorPosition(plan, telling.rules.language, telling.context);
  const range = trace.position === undefined ? undefined : vendorRangeAt(plan.ranges, trace.position);
  const { from = 0, to = 0, variation = '' } = range ?? {};
  telling.steps.push({ kind: 'vendorBucket', ...trace, range: range && { from, to, variation } });
  return tellRange(telling, trace.position === undefined ? plan.missing : range);
}

function tellRange(telling: Telling, range: Answer | undefined): Evaluation | undefined {
  return range && serve(telling, range.variation, range.evaluation);
}

function serve({ steps }: Telling, variation: string, evaluation: Evaluation): Evaluation {
  if (evaluation.reason !== 'ERROR') steps.push({ kind: 'serve', variation });
  return evaluation;
}

function firstOf<T>(plans: readonly T[], answer: (plan: T) => Evaluation | undefined): Evaluation | undefined {
  for (const plan of plans) {
    const evaluation = answer(plan);
    if (evaluation !== undefined) return evaluation;
  }
  return undefined;
}
