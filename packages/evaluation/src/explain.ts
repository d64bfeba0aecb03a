import { asContext, unitKeyOf } from './attribute.ts';
import { positionPpm, unitHash } from './bucket.ts';
import type { Context, Evaluation, Explanation, ExplanationStep } from './evaluation.ts';
import type { Flag } from './flag.ts';
import { flagNotFound, malformedFlag, malformedSegment } from './outcome.ts';
import { planFlag, type RulePlan, type TargetPlan } from './plan-flag.ts';
import { findMalformedSegment, isMet, reachOfPrerequisites, segmentsOfRules } from './references.ts';
import type { Rules } from './rules.ts';
import { type BucketPlan, rangeAt, type ServePlan } from './serve.ts';
import { traceCondition } from './trace-condition.ts';

/** What is being explained, and the steps that were told so far. */
interface Telling {
  readonly rules: Rules;
  readonly flagKey: string;
  readonly context: Context;
  readonly steps: ExplanationStep[];
}

/**
 * The answer that `evaluate` gives, with every step on the way to it: the conditions and what they compared, the hash,
 * the position and the range. It reads the plan that `evaluate` runs as closures; a property test holds the two
 * together. A flag that is unknown or malformed has no steps.
 */
export function explain(rules: Rules, flagKey: string, context: Context): Explanation {
  const steps: ExplanationStep[] = [];
  const evaluation = tell({ rules, flagKey, context: asContext(context), steps });
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
    const malformed = findMalformedSegment(rules, segmentsOfRules(rules, flag));
    if (malformed !== undefined) return malformedSegment(flag, malformed);
  }
  steps.push({ kind: 'enabled', flagKey, enabled: plan.enabled });
  if (!plan.enabled) return serve(telling, plan.disabled);
  if (!areAllMet(telling, flag)) return serve(telling, plan.unmet);
  const decided =
    firstOf(plan.targets, (target) => tellTarget(telling, target)) ??
    firstOf(plan.rules, (rule) => tellRule(telling, rule));
  if (decided !== undefined) return decided;
  steps.push({ kind: 'fallthrough' });
  return tellServe(telling, plan.fallthrough) ?? plan.unanswered;
}

function areAllMet({ rules, context, steps }: Telling, flag: Flag): boolean {
  const { isBounded } = reachOfPrerequisites(rules, flag);
  return flag.prerequisites.every((prerequisite) => {
    const { flag: flagKey, variations: wanted } = prerequisite;
    const explanation = isBounded ? explain(rules, flagKey, context) : undefined;
    const met = explanation !== undefined && isMet(prerequisite, explanation.evaluation);
    const served = explanation?.evaluation.variation;
    const step = { kind: 'prerequisite', flagKey, wanted, served, met } as const;
    steps.push(explanation === undefined ? step : { ...step, explanation });
    return met;
  });
}

function tellTarget({ context, steps }: Telling, { unit, keys, evaluation }: TargetPlan): Evaluation | undefined {
  const unitKey = unitKeyOf(context, unit);
  const matched = unitKey !== undefined && keys.includes(unitKey);
  steps.push({ kind: 'target', variation: evaluation.variation, unit, unitKey, matched });
  return matched ? evaluation : undefined;
}

function tellRule(telling: Telling, { id, condition: document, serve }: RulePlan): Evaluation | undefined {
  const condition = traceCondition(telling.rules, document, telling.context);
  telling.steps.push({ kind: 'rule', ruleId: id, matched: condition.matched, condition });
  return condition.matched ? tellServe(telling, serve) : undefined;
}

function tellServe(telling: Telling, plan: ServePlan): Evaluation | undefined {
  return plan.kind === 'constant' ? serve(telling, plan.evaluation) : tellBucket(telling, plan);
}

function tellBucket(telling: Telling, { unit, salt, seed, ranges, missing }: BucketPlan): Evaluation | undefined {
  const unitKey = unitKeyOf(telling.context, unit);
  const h0 = unitKey === undefined ? undefined : unitHash(unitKey);
  const position = h0 === undefined ? undefined : positionPpm(h0, seed);
  const range = position === undefined ? undefined : rangeAt(ranges, position);
  telling.steps.push({
    kind: 'bucket',
    unit,
    unitKey,
    salt,
    seed,
    unitHash: h0,
    positionPpm: position,
    range: range && { fromPpm: range.fromPpm, toPpm: range.toPpm, variation: range.evaluation.variation },
  });
  const evaluation = range?.evaluation ?? missing;
  return evaluation && serve(telling, evaluation);
}

function serve({ steps }: Telling, evaluation: Evaluation): Evaluation {
  if (evaluation.variation !== undefined) steps.push({ kind: 'serve', variation: evaluation.variation });
  return evaluation;
}

function firstOf<T>(plans: readonly T[], answer: (plan: T) => Evaluation | undefined): Evaluation | undefined {
  for (const plan of plans) {
    const evaluation = answer(plan);
    if (evaluation !== undefined) return evaluation;
  }
  return undefined;
}
