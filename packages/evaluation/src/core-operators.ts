import { isScalar, type JsonValue } from './json.ts';
import { type ComparingOperator, type Meaning, not } from './meaning.ts';
import { isMember, type Members } from './members.ts';

/** Three words for one relation, so that rules read well. */
const among: Meaning<Members<JsonValue>> = {
  takes: isScalar,
  relates: (element, members) => isMember(members, element),
  isNegated: false,
};
// Each is written out: a loop that is given the relation calls it for every value, and takes a fifth longer.
const contains: Meaning<readonly string[]> = {
  takes: isText,
  relates: (element, values) => {
    if (!isText(element)) return false;
    for (const value of values) if (element.includes(value)) return true;
    return false;
  },
  isNegated: false,
};
const startsWith: Meaning<readonly string[]> = {
  takes: isText,
  relates: (element, values) => {
    if (!isText(element)) return false;
    for (const value of values) if (element.startsWith(value)) return true;
    return false;
  },
  isNegated: false,
};
const endsWith: Meaning<readonly string[]> = {
  takes: isText,
  relates: (element, values) => {
    if (!isText(element)) return false;
    for (const value of values) if (element.endsWith(value)) return true;
    return false;
  },
  isNegated: false,
};
const lessThan: Meaning<readonly number[]> = {
  takes: isFiniteNumber,
  relates: (element, values) => {
    if (!isFiniteNumber(element)) return false;
    for (const value of values) if (element < value) return true;
    return false;
  },
  isNegated: false,
};
const lessThanOrEqual: Meaning<readonly number[]> = {
  takes: isFiniteNumber,
  relates: (element, values) => {
    if (!isFiniteNumber(element)) return false;
    for (const value of values) if (element <= value) return true;
    return false;
  },
  isNegated: false,
};
const greaterThan: Meaning<readonly number[]> = {
  takes: isFiniteNumber,
  relates: (element, values) => {
    if (!isFiniteNumber(element)) return false;
    for (const value of values) if (element > value) return true;
    return false;
  },
  isNegated: false,
};
const greaterThanOrEqual: Meaning<readonly number[]> = {
  takes: isFiniteNumber,
  relates: (element, values) => {
    if (!isFiniteNumber(element)) return false;
    for (const value of values) if (element >= value) return true;
    return false;
  },
  isNegated: false,
};

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
  lessThan,
  lessThanOrEqual,
  greaterThan,
  greaterThanOrEqual,
} satisfies Partial<Record<ComparingOperator, Meaning>>;

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

function isFiniteNumber(value: JsonValue): value is number {
  return Number.isFinite(value);
}
