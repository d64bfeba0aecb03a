import { attributeReader, DEFAULT_UNIT, unitKeyOf } from './attribute.ts';
import { matchLeaf } from './condition.ts';
import type { ConditionTrace, Context, Explanation } from './evaluation.ts';
import type { Bucket, Condition, Prerequisite, Segment } from './flag.ts';
import { isMet, reachOfSegment } from './references.ts';
import type { Rules } from './rules.ts';
import { sliceOf, tracePosition, traceVendorPosition } from './trace-position.ts';

/** What is asked: of which Rules and context, and how another flag is explained. */
export interface Question {
  readonly rules: Rules;
  readonly context: Context;
  readonly explainFlag: (flagKey: string) => Explanation;
}

/** What a condition says of a context, and why: every part of it, also those that could not change the outcome. */
export function traceCondition(question: Question, condition: Condition): ConditionTrace {
  const trace = (child: Condition) => traceCondition(question, child);
  if ('all' in condition) {
    const children = condition.all.map(trace);
    return { kind: 'all', matched: children.every(({ matched }) => matched), children };
  }
  if ('any' in condition) {
    const children = condition.any.map(trace);
    return { kind: 'any', matched: children.some(({ matched }) => matched), children };
  }
  if ('not' in condition) {
    const child = trace(condition.not);
    return { kind: 'not', matched: !child.matched, child };
  }
  if ('segment' in condition) return traceSegment(question, condition.segment);
  if ('flag' in condition) return traceFlag(question, condition);
  if ('bucket' in condition) return traceBucket(question, condition.bucket);
  const { attribute, operator, values, dialect } = condition;
  const { rules, context } = question;
  const actual = attributeReader(attribute, rules.nowMs)(context);
  const matched = matchLeaf(condition, rules)(context);
  return { kind: 'leaf', attribute, operator, values, ...(dialect !== undefined && { dialect }), actual, matched };
}

export function traceSegment(question: Question, segment: string): ConditionTrace {
  const { rules, context } = question;
  const checked = rules.segments.get(segment)?.check();
  // A malformed segment never gets here: the flag that uses it is malformed as a whole.
  if (checked?.kind !== 'sound') return { kind: 'segment', segment, matched: false, why: 'unknown-segment' };
  if (!reachOfSegment(rules, segment).isBounded) return { kind: 'segment', segment, matched: false, why: 'cycle' };
  const { condition } = checked.document;
  const listed = findListed(checked.document, context);
  if (listed !== undefined) return { kind: 'segment', segment, matched: listed === 'included', why: listed };
  const trace = traceCondition(question, condition);
  return { kind: 'segment', segment, matched: trace.matched, why: 'condition', condition: trace };
}

function traceFlag({ explainFlag }: Question, prerequisite: Prerequisite): ConditionTrace {
  const { flag: flagKey, variations: wanted } = prerequisite;
  const explanation = explainFlag(flagKey);
  const matched = isMet(prerequisite, explanation.evaluation);
  return { kind: 'flag', flagKey, wanted, served: explanation.evaluation.variation, matched, explanation };
}

function traceBucket({ rules, context }: Question, bucket: Bucket): ConditionTrace {
  if ('bucketing' in bucket) {
    const { from, to } = bucket;
    const trace = traceVendorPosition(bucket, rules.language, context);
    const matched = trace.position !== undefined && trace.position >= from && trace.position < to;
    return { kind: 'vendorBucket', ...trace, from, to, matched };
  }
  const position = tracePosition(bucket, context);
  return { kind: 'bucket', ...position, ...sliceOf(position, bucket) };
}

function findListed(
  { unit = DEFAULT_UNIT, included, excluded }: Segment,
  context: Context,
): 'included' | 'excluded' | undefined {
  const unitKey = unitKeyOf(context, unit);
  if (unitKey === undefined) return undefined;
  if (excluded.includes(unitKey)) return 'excluded';
  return included.includes(unitKey) ? 'included' : undefined;
}
