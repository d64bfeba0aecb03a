import { isIn, isListedIn, isMet, matches, valueAt } from './answer.ts';
import { attributeReader } from './attribute.ts';
import type { AskPlan, ComparePlan, ConditionPlan } from './condition-plan.ts';
import { Malformed, NO_LINKS } from './entry.ts';
import type { ConditionTrace, Context, Explanation } from './evaluation.ts';
import type { Language } from './language.ts';
import { checkSegment, reachOfSegment } from './link.ts';
import type { Rules } from './rules.ts';
import { tracePosition, traceVendorPosition } from './trace-position.ts';

/** What is asked: of which Rules and context, and how another flag is explained. */
export interface Question {
  readonly rules: Rules;
  readonly context: Context;
  readonly explainFlag: (flagKey: string) => Explanation;
}

/** What a condition says of a context, and why: every part of it, also those that could not change the outcome. */
export function traceCondition(question: Question, plan: ConditionPlan): ConditionTrace {
  const { context, rules } = question;
  const trace = (part: ConditionPlan) => traceCondition(question, part);
  switch (plan.kind) {
    case 'all': {
      const children = plan.operand.map(trace);
      return { kind: 'all', matched: children.every(({ matched }) => matched), children };
    }
    case 'any': {
      const children = plan.operand.map(trace);
      return { kind: 'any', matched: children.some(({ matched }) => matched), children };
    }
    case 'not': {
      const child = trace(plan.operand);
      return { kind: 'not', matched: !child.matched, child };
    }
    case 'segment':
      return traceSegment(question, plan.subject);
    case 'flag':
      return traceFlag(question, plan);
    case 'position': {
      const position = tracePosition(plan, context);
      const { from: fromPpm, to: toPpm } = plan.values;
      return { kind: 'bucket', ...position, fromPpm, toPpm, matched: isIn(plan.values, position.positionPpm) };
    }
    case 'vendorPosition': {
      const trace = traceVendorPosition(plan, context);
      const { from, to } = plan.values;
      return { kind: 'vendorBucket', ...trace, from, to, matched: isIn(plan.values, trace.position) };
    }
    case 'dialect': {
      const { attribute, operator, values, dialect } = plan.subject;
      const actual = attributeReader(attribute, rules.workshop.nowMs)(context);
      return { kind: 'leaf', attribute, operator, values, dialect, actual, matched: plan.operand(context) };
    }
    case 'exists':
    case 'notExists':
    case 'compare': {
      const { subject: attribute, values } = plan;
      const operator = plan.kind === 'compare' ? operatorOf(plan, rules.workshop.language) : plan.kind;
      const matched = matches(plan, context, NO_LINKS);
      return { kind: 'leaf', attribute, operator, values, actual: valueAt(plan, context), matched };
    }
    case 'listed':
      throw new Error('only targets and segments list units');
    default:
      return plan satisfies never;
  }
}

export function traceSegment(question: Question, segment: string): ConditionTrace {
  const { rules, context } = question;
  const entry = rules.segments.get(segment);
  const plan = entry && checkSegment(rules, entry);
  // A malformed segment never gets here: the flag that uses it is malformed as a whole.
  if (plan === undefined || plan instanceof Malformed) {
    return { kind: 'segment', segment, matched: false, why: 'unknown-segment' };
  }
  if (!reachOfSegment(rules, segment).isBounded) return { kind: 'segment', segment, matched: false, why: 'cycle' };
  const listed = isListedIn(plan, context);
  if (listed !== undefined) return { kind: 'segment', segment, matched: listed, why: listed ? 'included' : 'excluded' };
  const condition = traceCondition(question, plan.condition);
  return { kind: 'segment', segment, matched: condition.matched, why: 'condition', condition };
}

function traceFlag({ explainFlag }: Question, { subject: flagKey, values: wanted }: AskPlan): ConditionTrace {
  const explanation = explainFlag(flagKey);
  const { variation: served } = explanation.evaluation;
  return { kind: 'flag', flagKey, wanted, served, matched: isMet(wanted, explanation.evaluation), explanation };
}

/** Plans keep an operator's meaning alone; each word of a language has one of its own. */
function operatorOf({ meaning }: ComparePlan, { operators }: Language): string {
  const [word = ''] = Object.entries(operators).find(([, candidate]) => candidate === meaning) ?? [];
  return word;
}
