import { CORE_OPERATORS } from './core-operators.ts';
import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { ComparingOperator, Meaning } from './meaning.ts';
import { membersOf } from './members-of.ts';
import { RARE_OPERATORS } from './rare/rare-operators.ts';

const { equals, notEquals, in: isIn, notIn, overlaps, notOverlaps } = CORE_OPERATORS;

/** All operators that compare. What looks for a value in a list has long lists indexed, which pages never do. */
export const OPERATORS: Readonly<Record<ComparingOperator, Meaning>> = {
  ...CORE_OPERATORS,
  ...RARE_OPERATORS,
  equals: indexing(equals),
  notEquals: indexing(notEquals),
  in: indexing(isIn),
  notIn: indexing(notIn),
  overlaps: indexing(overlaps),
  notOverlaps: indexing(notOverlaps),
};

function indexing(meaning: Meaning): Meaning {
  return { ...meaning, prepare: membersOf };
}

const WORDS = new Set<unknown>([...Object.keys(OPERATORS), 'exists', 'notExists']);

export function isOperator(value: unknown): value is Operator {
  return WORDS.has(value);
}

/**
 * Whether an operator can compare with a value: scalars for equality and lists, texts for parts of texts, finite
 * numbers, instants (RFC 3339 or epoch milliseconds), semantic versions, patterns of RE2, IP networks; `exists`
 * compares with nothing.
 */
export function operatorTakes(operator: Operator, value: JsonValue): boolean {
  return operator !== 'exists' && operator !== 'notExists' && OPERATORS[operator].takes(value);
}
