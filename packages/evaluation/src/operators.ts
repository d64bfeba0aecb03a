import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { Meaning } from './meaning.ts';
import { CORE_OPERATORS } from './operator.ts';
import { RARE_OPERATORS } from './rare/rare-operators.ts';
import { type PositiveOperator, positiveOf, TWINS } from './twins.ts';

/** All operators that compare. */
export const OPERATORS: Readonly<Record<PositiveOperator, Meaning>> = { ...CORE_OPERATORS, ...RARE_OPERATORS };

const WORDS = new Set<unknown>([...Object.keys(OPERATORS), ...Object.keys(TWINS), 'exists', 'notExists']);

export function isOperator(value: unknown): value is Operator {
  return WORDS.has(value);
}

/**
 * Whether an operator can compare with a value: scalars for equality and lists, texts for parts of texts, finite
 * numbers, instants (RFC 3339 or epoch milliseconds), semantic versions, patterns of RE2, IP networks; `exists`
 * compares with nothing.
 */
export function operatorTakes(operator: Operator, value: JsonValue): boolean {
  return operator !== 'exists' && operator !== 'notExists' && OPERATORS[positiveOf(operator)].takes(value);
}
