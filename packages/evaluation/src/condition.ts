import { attributeReader } from './attribute.ts';
import type { Context } from './evaluation.ts';
import type { Condition } from './flag.ts';
import { attributeMatcher } from './operator.ts';

/** A condition as a tree of closures, made once and asked for every context. */
export type Match = (context: Context) => boolean;

/**
 * Levels of `all`, `any` and `not` inside one another. Evaluation recurses that deep, once per segment on the way (see
 * `REFERENCE_DEPTH_MAX`), which must fit the stack of any browser; nobody reads deeper logic.
 */
export const CONDITION_DEPTH_MAX = 32;

export function compileCondition(condition: Condition, segmentMatch: (segmentKey: string) => Match): Match {
  const compileEach = (conditions: readonly Condition[]) =>
    conditions.map((child) => compileCondition(child, segmentMatch));
  if ('all' in condition) return matchAll(compileEach(condition.all));
  if ('any' in condition) return matchAny(compileEach(condition.any));
  if ('not' in condition) {
    const match = compileCondition(condition.not, segmentMatch);
    return (context) => !match(context);
  }
  if ('segment' in condition) return segmentMatch(condition.segment);
  const read = attributeReader(condition.attribute);
  const matches = attributeMatcher(condition.operator, condition.values);
  return (context) => matches(read(context));
}

/** The segments that a condition names, once per mention. */
export function segmentsOf(condition: Condition): readonly string[] {
  if ('all' in condition) return condition.all.flatMap(segmentsOf);
  if ('any' in condition) return condition.any.flatMap(segmentsOf);
  if ('not' in condition) return segmentsOf(condition.not);
  return 'segment' in condition ? [condition.segment] : [];
}

function matchAll(matches: readonly Match[]): Match {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  return (context) => {
    for (const match of matches) if (!match(context)) return false;
    return true;
  };
}

function matchAny(matches: readonly Match[]): Match {
  const [only] = matches;
  if (only !== undefined && matches.length === 1) return only;
  return (context) => {
    for (const match of matches) if (match(context)) return true;
    return false;
  };
}
