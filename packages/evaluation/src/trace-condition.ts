import { attributeReader, DEFAULT_UNIT, unitKeyOf } from './attribute.ts';
import { matchLeaf } from './condition.ts';
import type { ConditionTrace, Context } from './evaluation.ts';
import type { Condition, Segment } from './flag.ts';
import { reachOfSegment } from './references.ts';
import type { Rules } from './rules.ts';

/** What a condition says of a context, and why: every part of it, also those that could not change the outcome. */
export function traceCondition(rules: Rules, condition: Condition, context: Context): ConditionTrace {
  const trace = (child: Condition) => traceCondition(rules, child, context);
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
  if ('segment' in condition) return traceSegment(rules, condition.segment, context);
  const { attribute, operator, values } = condition;
  const actual = attributeReader(attribute)(context);
  const matched = matchLeaf(condition, () => actual)(context);
  return { kind: 'leaf', attribute, operator, values, actual, matched };
}

function traceSegment(rules: Rules, segment: string, context: Context): ConditionTrace {
  const checked = rules.segments.get(segment)?.check();
  // A malformed segment never gets here: the flag that uses it is malformed as a whole.
  if (checked?.kind !== 'sound') return { kind: 'segment', segment, matched: false, why: 'unknown-segment' };
  if (!reachOfSegment(rules, segment).isBounded) return { kind: 'segment', segment, matched: false, why: 'cycle' };
  const { condition } = checked.document;
  const listed = findListed(checked.document, context);
  if (listed !== undefined) return { kind: 'segment', segment, matched: listed === 'included', why: listed };
  const trace = traceCondition(rules, condition, context);
  return { kind: 'segment', segment, matched: trace.matched, why: 'condition', condition: trace };
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
