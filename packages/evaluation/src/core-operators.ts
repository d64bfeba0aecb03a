import { isScalar, type JsonValue } from './json.ts';
import { type ComparingOperator, type Meaning, not, relatesToAny } from './meaning.ts';
import { isMember, type Members } from './members.ts';

/** Three words for one relation, so that rules read well. */
const among: Meaning<Members<JsonValue>> = {
  takes: isScalar,
  relates: (element, members) => isMember(members, element),
  wanted: true,
};
const contains = relatesToAny(isText, (text, part) => text.includes(part));
const startsWith = relatesToAny(isText, (text, part) => text.startsWith(part));
const endsWith = relatesToAny(isText, (text, part) => text.endsWith(part));

/** The operators of almost every rule; `rare/` has the others. */
export const CORE_OPERATORS = {
  // Each word has a meaning of its own, by which `explain` finds the word.
  equals: among,
  in: { ...among },
  overlaps: { ...among },
  notEquals: not(among),
  notIn: not(among),
  notOverlaps: not(among),
  contains,
  notContains: not(contains),
  startsWith,
  notStartsWith: not(startsWith),
  endsWith,
  notEndsWith: not(endsWith),
  lessThan: relatesToAny(isFiniteNumber, (number, bound) => number < bound),
  lessThanOrEqual: relatesToAny(isFiniteNumber, (number, bound) => number <= bound),
  greaterThan: relatesToAny(isFiniteNumber, (number, bound) => number > bound),
  greaterThanOrEqual: relatesToAny(isFiniteNumber, (number, bound) => number >= bound),
} satisfies Partial<Record<ComparingOperator, Meaning>>;

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isFiniteNumber(value: JsonValue): value is number {
  return Number.isFinite(value);
}
