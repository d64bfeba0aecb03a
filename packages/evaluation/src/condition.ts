import { attributeReader, type ReadAttribute } from './attribute.ts';
import type { Context } from './evaluation.ts';
import type { Condition } from './flag.ts';
import { type Comparison, compares, comparisonOf, isPresent } from './operator.ts';

/** A condition as a tree of closures, made once and asked for every context. */
export type Match = (context: Context) => boolean;

/**
 * Levels of `all`, `any` and `not` inside one another. Evaluation recurses that deep, once per segment on the way (see
 * `REFERENCE_DEPTH_MAX`), which must fit the stack of any browser; nobody reads deeper logic.
 */
export const CONDITION_DEPTH_MAX = 32;

export function compileCondition(condition: Condition, segmentMatch: (segmentKey: string) => Match): Match {
  const compile = (child: Condition) => compileCondition(child, segmentMatch);
  if ('all' in condition) return matchAll(condition.all.map(compile));
  if ('any' in condition) return matchAny(condition.any.map(compile));
  if ('not' in condition) return matchNot(compile(condition.not));
  if ('segment' in condition) return segmentMatch(condition.segment);
  return matchLeaf(condition, attributeReader(condition.attribute));
}

export type Leaf = Extract<Condition, { readonly attribute: string }>;

/** A leaf over what `read` gives for its attribute. */
export function matchLeaf({ operator, values }: Leaf, read: ReadAttribute): Match {
  if (operator === 'exists') return (context) => isPresent(read(context));
  if (operator === 'notExists') return (context) => !isPresent(read(context));
  return matchComparison(read, comparisonOf(operator, values));
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

function matchNot(match: Match): Match {
  return (context) => !match(context);
}

function matchComparison(read: ReadAttribute, { relates, wanted }: Comparison): Match {
  return (context) => compares(read(context), relates, wanted);
}
