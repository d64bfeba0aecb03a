import { DEFAULT_UNIT, unitKeyFrom } from './attribute.ts';
import { positionPpm, unitHash } from './bucket.ts';
import {
  type Bounds,
  type ComparePlan,
  type ConditionPlan,
  type ListedPlan,
  NOBODY,
  type PositionPlan,
  type VendorPositionPlan,
} from './condition-plan.ts';
import type { FlagEntry, Links, SegmentEntry } from './entry.ts';
import type { Context, Evaluation } from './evaluation.ts';
import type { Reason } from './flag.ts';
import type { FlagPlan, SplitPlan, StepPlan } from './flag-plan.ts';
import { isScalar, type JsonValue } from './json.ts';
import { isMember } from './members.ts';
import { fail, serve } from './outcome.ts';
import type { SegmentPlan } from './plan-segment.ts';
import type { ReadAttribute } from './read-attribute.ts';

/**
 * The answer of a linked entry. Plans are run, not turned into closures: those take three times the memory for a tenth
 * of the time. Nothing here allocates but an evaluation that is served for the first time. All that an entry refers to
 * has been linked with it, in bounded depth.
 */
export function answer({ plan, links }: FlagEntry, context: Context): Evaluation {
  // An entry whose answer is not fixed has a plan once it is linked, and none is asked before.
  if (plan === undefined) throw new Error('not linked');
  const { steps } = plan;
  for (let place = 0; place < steps.length; place++) {
    const step = steps[place];
    if (step !== undefined && answers(step, context, links)) {
      const evaluation = serveStep(plan, step, place, context);
      if (evaluation !== undefined) return evaluation;
    }
  }
  return serveStep(plan, plan.fallthrough, steps.length, context) ?? unanswered(plan);
}

/** Whether a step is one that answers a context; what it serves may still pass on. */
function answers({ condition, isNegated }: StepPlan, context: Context, links: Links): boolean {
  const isHeld = holds(condition, context, links);
  return isNegated ? !isHeld : isHeld;
}

/**
 * What `matches` says, sooner for almost every condition: those that compare are told by their meaning, because before an
 * engine compares the texts of kinds it looks what kind of texts they are.
 */
function holds(condition: ConditionPlan, context: Context, links: Links): boolean {
  return condition.meaning === undefined ? matches(condition, context, links) : compares(condition, context);
}

/** Whether a condition holds for a context. */
export function matches(plan: ConditionPlan, context: Context, links: Links): boolean {
  switch (plan.kind) {
    case 'compare':
      return compares(plan, context);
    case 'segment': {
      const segment = links.segments[plan.operand];
      return segment !== undefined && isInSegment(segment, context);
    }
    case 'flag': {
      const flag = links.flags[plan.operand];
      return flag !== undefined && isMet(plan.values, flag.fixed ?? answer(flag, context));
    }
    case 'exists':
      return isPresent(valueAt(plan, context));
    case 'notExists':
      return !isPresent(valueAt(plan, context));
    case 'listed':
      return isListed(plan, context);
    case 'position':
    case 'vendorPosition':
      return isIn(plan.values, positionAt(plan, context));
    case 'all':
      return allHold(plan.operand, context, links);
    case 'any':
      return oneHolds(plan.operand, context, links);
    case 'not':
      return !matches(plan.operand, context, links);
    case 'dialect':
      return plan.operand(context);
    default:
      return plan satisfies never;
  }
}

function allHold(parts: readonly ConditionPlan[], context: Context, links: Links): boolean {
  for (const part of parts) if (!holds(part, context, links)) return false;
  return true;
}

function oneHolds(parts: readonly ConditionPlan[], context: Context, links: Links): boolean {
  for (const part of parts) if (holds(part, context, links)) return true;
  return false;
}

/** What a step serves, which stands at that place of the plan; undefined passes on. */
export function serveStep(plan: FlagPlan, step: StepPlan, place: number, context: Context): Evaluation | undefined {
  const { split } = step;
  const position = split === undefined ? undefined : positionAt(split, context);
  if (split === undefined || position === undefined) return serveConstant(plan, step, place);
  const range = placeAt(split, position);
  return range === undefined ? undefined : (split.evaluations?.[range] ?? firstOfRange(plan, step, split, range));
}

function serveConstant(plan: FlagPlan, step: StepPlan, place: number): Evaluation | undefined {
  const known = step === plan.fallthrough ? plan.fallthroughEvaluation : plan.evaluations?.[place];
  return known ?? firstConstant(plan, step, place);
}

/** The place of the range that a position is in. */
export function placeAt({ ranges }: SplitPlan, position: number): number | undefined {
  for (let place = 0; place < ranges.length; place++) {
    const range = ranges[place];
    if (range !== undefined && position >= range.from && position < range.to) return place;
  }
  return undefined;
}

function firstOfRange(plan: FlagPlan, step: StepPlan, split: SplitPlan, place: number): Evaluation | undefined {
  const range = split.ranges[place];
  if (range === undefined) return undefined;
  const { served, exposure } = range;
  const evaluation = serve(plan, served, { reason: 'SPLIT', ruleId: ruleIdOf(step), exposure });
  split.evaluations ??= new Array(split.ranges.length).fill(undefined);
  split.evaluations[place] = evaluation;
  return evaluation;
}

function firstConstant(plan: FlagPlan, step: StepPlan, place: number): Evaluation | undefined {
  if (step.served === undefined) return undefined;
  const evaluation = serve(plan, step.served, { reason: reasonOf(plan, step), ruleId: ruleIdOf(step) });
  if (step === plan.fallthrough) plan.fallthroughEvaluation = evaluation;
  else remember(plan, place, evaluation);
  return evaluation;
}

function remember(plan: FlagPlan, place: number, evaluation: Evaluation): void {
  plan.evaluations ??= new Array(plan.steps.length + 1).fill(undefined);
  plan.evaluations[place] = evaluation;
}

function ruleIdOf({ kind, id }: StepPlan): string | undefined {
  const isOfRule = kind === 'rule' || ((kind === 'scope' || kind === 'cap') && id !== '');
  return isOfRule ? id : undefined;
}

function reasonOf({ steps }: FlagPlan, { kind, split, id }: StepPlan): Reason {
  switch (kind) {
    case 'disabled':
      return 'DISABLED';
    case 'layer':
      return 'SPLIT';
    case 'prerequisite':
      return 'DEFAULT';
    case 'scope':
    case 'cap':
      return id === '' ? 'DEFAULT' : 'TARGETING_MATCH';
    case 'fallthrough':
      return steps.length === 0 && split === undefined ? 'STATIC' : 'DEFAULT';
    default:
      return 'TARGETING_MATCH';
  }
}

/**
 * OpenFeature's answer to a targeting key that is required and missing: the caller serves its own default and is told
 * why. The off variation would look like a decision, and nobody would find the forgotten key.
 */
export function unanswered(plan: FlagPlan): Evaluation {
  const { key, revision, steps } = plan;
  const known = plan.evaluations?.[steps.length];
  if (known !== undefined) return known;
  const message = `What "${key}" serves is split by a unit that the context lacks: give it, or set onMissingUnit`;
  const evaluation = fail('TARGETING_KEY_MISSING', message, revision);
  remember(plan, steps.length, evaluation);
  return evaluation;
}

/** Met when the other flag is enabled (also where a server evaluated it) and serves one of the wanted variations. */
export function isMet(wanted: readonly string[], { variation, reason }: Evaluation): boolean {
  return variation !== undefined && reason !== 'DISABLED' && isMember(wanted, variation);
}

function isInSegment({ fixed, plan, links }: SegmentEntry, context: Context): boolean {
  if (fixed !== undefined || plan === undefined) return fixed === true;
  const listed = isListedIn(plan, context);
  if (listed !== undefined) return listed;
  // Where all members are listed: a call saved for whoever is not one.
  return plan.condition !== NOBODY && matches(plan.condition, context, links);
}

/** Whether a segment lists the unit as its member or as none; undefined when it does not list it. */
export function isListedIn(plan: SegmentPlan, context: Context): boolean | undefined {
  const unitKey = unitKeyAt(plan, context);
  if (unitKey === undefined) return undefined;
  if (plan.excluded !== undefined && isMember(plan.excluded, unitKey)) return false;
  return isMember(plan.included, unitKey) ? true : undefined;
}

function isListed(plan: ListedPlan, context: Context): boolean {
  const unitKey = unitKeyAt(plan, context);
  return unitKey !== undefined && isMember(plan.operand, unitKey);
}

function compares(plan: ComparePlan, context: Context): boolean {
  const actual = valueAt(plan, context);
  if (!isPresent(actual)) return false;
  const { meaning, operand } = plan;
  const relates = typeof actual === 'object' ? anyElement(actual, plan) : meaning.relates(actual, operand);
  return meaning.isNegated ? !relates : relates;
}

/** Elements are scalars: lists in lists and objects relate to nothing. */
function anyElement(actual: JsonValue, { meaning, operand }: ComparePlan): boolean {
  if (!Array.isArray(actual)) return false;
  for (const element of actual) if (isScalar(element) && meaning.relates(element, operand)) return true;
  return false;
}

function isPresent(actual: JsonValue | undefined): actual is JsonValue {
  return actual !== undefined && actual !== null;
}

/** The position of a unit in its buckets or a vendor's; undefined when there is no unit. */
function positionAt(plan: SplitPlan | PositionPlan | VendorPositionPlan, context: Context): number | undefined {
  if (plan.kind === 'vendorPosition') return plan.operand(context)?.position;
  const unitKey = unitKeyAt(plan, context);
  return unitKey === undefined ? undefined : positionPpm(unitHash(unitKey), plan.operand.seed);
}

export function isIn({ from, to }: Bounds, position: number | undefined): boolean {
  return position !== undefined && position >= from && position < to;
}

/** An attribute path, and its reader (see `findReader`). */
interface ValueBy {
  readonly subject: string;
  readonly read: ReadAttribute | undefined;
}

export function unitKeyAt(unit: ValueBy, context: Context): string | undefined {
  return unitKeyFrom(valueAt(unit, context));
}

export function valueAt({ subject, read }: ValueBy, context: Context): JsonValue | undefined {
  if (read !== undefined) return read(context);
  return subject === DEFAULT_UNIT ? context.targetingKey : context[subject];
}
