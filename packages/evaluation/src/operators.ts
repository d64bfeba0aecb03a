import { CORE_OPERATORS } from './core-operators.ts';
import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { ComparingOperator, Meaning } from './meaning.ts';
import { RARE_OPERATORS } from './rare/rare-operators.ts';

/** All operators that compare. */
export const OPERATORS: Readonly<Record<ComparingOperator, Meaning>> = { ...CORE_OPERATORS, ...RARE_OPERATORS };

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
