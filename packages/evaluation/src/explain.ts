import { isIn, isMet, matches, placeAt, serveStep, unanswered, unitKeyAt } from './answer.ts';
import { asContext } from './attribute.ts';
import { Malformed, NO_LINKS } from './entry.ts';
import type { Context, Evaluation, Explanation, ExplanationStep } from './evaluation.ts';
import type { SplitRange } from './flag.ts';
import type { FlagPlan, RangePlan, SplitPlan, StepPlan } from './flag-plan.ts';
import { checkFlag, findFault, malformedFlag } from './link.ts';
import { flagNotFound } from './outcome.ts';
import type { Rules } from './rules.ts';
import { type Question, traceCondition, traceSegment } from './trace-condition.ts';
import { tracePosition, traceVendorPosition } from './trace-position.ts';

/** What is being explained, and the steps that were told so far. */
interface Telling extends Question {
  readonly flagKey: string;
  readonly steps: ExplanationStep[];
}

/**
 * The answer that `evaluate` gives, with every step on the way to it: the conditions and what they compared, the hash,
 * the position and the range. It reads the plan that `evaluate` runs; a property test holds the two together. A flag
 * that is unknown or malformed has no steps.
 */
export function explain(rules: Rules, flagKey: string, context: Context): Explanation {
  const steps: ExplanationStep[] = [];
  const explainFlag = (key: string) => explain(rules, key, context);
  const evaluation = tell({ rules, flagKey, context: asContext(context), explainFlag, steps });
  return { flagKey, evaluation, steps };
}

function tell(telling: Telling): Evaluation {
  const { rules, flagKey, steps } = telling;
  const entry = rules.flags.get(flagKey);
  if (entry === undefined) return flagNotFound(flagKey);
  const plan = checkFlag(rules, entry);
  if (plan instanceof Malformed) return malformedFlag(plan);
  const fault = findFault(rules, plan);
  if (fault?.reason === 'ERROR') return fault;
  const enabled = plan.fallthrough.kind !== 'disabled';
  steps.push({ kind: 'enabled', flagKey, enabled });
  if (fault !== undefined) return tellFault(telling, plan, fault);
  for (const [place, step] of plan.steps.entries()) {
    const evaluation = tellCondition(telling, step) ? tellServe(telling, plan, step, place) : undefined;
    if (evaluation !== undefined) return evaluation;
  }
  if (enabled) steps.push({ kind: 'fallthrough' });
  return tellServe(telling, plan, plan.fallthrough, plan.steps.length) ?? unanswered(plan);
}

/** The references of an unbounded flag are not followed: the first prerequisite is the one that is not met. */
function tellFault({ steps }: Telling, { steps: [first], off }: FlagPlan, fault: Evaluation): Evaluation {
  if (first?.kind === 'prerequisite' && first.condition.kind === 'flag') {
    const { subject: flagKey, values: wanted } = first.condition;
    steps.push({ kind: 'prerequisite', flagKey, wanted, served: undefined, met: false });
  }
  steps.push({ kind: 'serve', variation: off.key });
  return fault;
}

/** Tells whether a step answers, in the words of its kind. */
function tellCondition(telling: Telling, { kind, id, condition, served, split }: StepPlan): boolean {
  const { context, steps } = telling;
  if (kind === 'prerequisite' && condition.kind === 'flag') {
    const { subject: flagKey, values: wanted } = condition;
    const explanation = telling.explainFlag(flagKey);
    const met = isMet(wanted, explanation.evaluation);
    const { variation } = explanation.evaluation;
    steps.push({ kind, flagKey, wanted, served: variation, met, explanation });
    return !met;
  }
  if (kind === 'target' && condition.kind === 'listed') {
    const matched = matches(condition, context, NO_LINKS);
    const unitKey = unitKeyAt(condition, context);
    steps.push({ kind, variation: served?.key ?? '', unit: condition.subject, unitKey, matched });
    return matched;
  }
  if (kind === 'holdout' && condition.kind === 'segment') {
    const segment = traceSegment(telling, condition.subject);
    steps.push({ kind, held: segment.matched, segment });
    return segment.matched;
  }
  if (kind === 'layer' && condition.kind === 'position') {
    const position = tracePosition(condition, context);
    const { from: fromPpm, to: toPpm } = condition.values;
    const matched = isIn(condition.values, position.positionPpm);
    steps.push({ kind, layer: id, ...position, fromPpm, toPpm, matched });
    return !matched;
  }
  const trace = traceCondition(telling, condition);
  const ofRule = id === '' ? {} : { ruleId: id };
  if (kind === 'scope') {
    steps.push({ kind, ...ofRule, outside: trace.matched, condition: trace });
    return trace.matched;
  }
  if (kind === 'cap') {
    const ranges = (split?.ranges ?? []).map(toldRange);
    steps.push({ kind, ...ofRule, capped: trace.matched, condition: trace, ranges });
    return trace.matched;
  }
  steps.push({ kind: 'rule', ruleId: id, matched: trace.matched, condition: trace });
  return trace.matched;
}

function tellServe(telling: Telling, plan: FlagPlan, step: StepPlan, place: number): Evaluation | undefined {
  const { context, steps } = telling;
  const variation = step.split === undefined ? step.served?.key : tellSplit(telling, step.split, step.served?.key);
  const evaluation = serveStep(plan, step, place, context);
  // A target says by itself what it serves.
  const isTold = step.kind === 'target' || evaluation === undefined || evaluation.reason === 'ERROR';
  if (!isTold) steps.push({ kind: 'serve', variation: variation ?? '' });
  return evaluation;
}

/** The variation that a split serves; `missing` when there is no unit. */
function tellSplit({ context, steps }: Telling, split: SplitPlan, missing: string | undefined): string | undefined {
  if (split.kind === 'vendorPosition') {
    const trace = traceVendorPosition(split, context);
    const found = rangeAt(split, trace.position);
    const range = found && { from: found.from, to: found.to, variation: found.served.key };
    steps.push({ kind: 'vendorBucket', ...trace, range });
    return trace.position === undefined ? missing : range?.variation;
  }
  const position = tracePosition(split, context);
  const found = rangeAt(split, position.positionPpm);
  const range = found && toldRange(found);
  steps.push({ kind: 'bucket', ...position, range });
  return range?.variation ?? missing;
}

function toldRange({ from, to, served }: RangePlan): SplitRange {
  return { fromPpm: from, toPpm: to, variation: served.key };
}

function rangeAt(split: SplitPlan, position: number | undefined): RangePlan | undefined {
  const place = position === undefined ? undefined : placeAt(split, position);
  return place === undefined ? undefined : split.ranges[place];
}
