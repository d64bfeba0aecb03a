import { CORE_OPERATORS } from './core-operators.ts';
import type { Operator } from './flag.ts';
import type { JsonValue } from './json.ts';
import type { ComparingOperator, Meaning } from './meaning.ts';
import { membersOf } from './members-of.ts';
import { RARE_OPERATORS } from './rare/rare-operators.ts';

/** Their values are looked for in a list, which is indexed when it is long; pages never do. */
const LISTING = new Set<string>(['equals', 'notEquals', 'in', 'notIn', 'overlaps', 'notOverlaps']);

/** All operators that compare. */
export const OPERATORS: Readonly<Record<ComparingOperator, Meaning>> = alike({ ...CORE_OPERATORS, ...RARE_OPERATORS });

/** With all fields in one order, so that an engine reads any of them by one path. */
function alike<Word extends string>(meanings: Readonly<Record<Word, Meaning>>): Record<Word, Meaning> {
  const entries = Object.entries<Meaning>(meanings).map(([word, { takes, prepare, relates, isNegated }]) => {
    return [word, { takes, prepare: LISTING.has(word) ? membersOf : prepare, relates, isNegated }];
  });
  // The same words.
  return Object.fromEntries(entries) as Record<Word, Meaning>;
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
