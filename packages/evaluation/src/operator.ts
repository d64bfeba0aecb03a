import type { JsonValue } from './json.ts';
import type { Language } from './language.ts';
import type { Meaning, Relation } from './meaning.ts';
import { memberOf } from './member-of.ts';
import { type ComparingOperator, isNegated, type PositiveOperator, positiveOf } from './twins.ts';

/**
 * What a leaf of a condition means. Every positive operator is a relation between one element and the leaf's values; an
 * attribute that is a list relates when one of its elements does; a negated operator is its twin turned round, for
 * attributes that are there. Nothing is coerced: the number 1 is not the text '1', and a value that an operator cannot
 * compare with (see `operatorTakes`) relates to nothing. `equals`, `in` and `overlaps` are three words for one
 * relation, so that rules read well.
 */
export interface Comparison {
  /** Whether one element of the attribute relates to any of the values. */
  readonly relates: Relation;
  /** Whether that makes the leaf match, or its absence does. */
  readonly wanted: boolean;
}

const AMONG: Meaning = { takes: isScalar, relateTo: memberOf };

/** The operators of almost every rule; `rare/` has the others. */
export const CORE_OPERATORS = {
  equals: AMONG,
  in: AMONG,
  overlaps: AMONG,
  contains: textual((text, part) => text.includes(part)),
  startsWith: textual((text, part) => text.startsWith(part)),
  endsWith: textual((text, part) => text.endsWith(part)),
  lessThan: below(finiteNumber, (number, bound) => number < bound),
  lessThanOrEqual: below(finiteNumber, (number, bound) => number <= bound),
  greaterThan: above(finiteNumber, (number, bound) => number > bound),
  greaterThanOrEqual: above(finiteNumber, (number, bound) => number >= bound),
} as const satisfies Partial<Record<PositiveOperator, Meaning>>;

export function comparisonOf(
  operator: ComparingOperator,
  values: readonly JsonValue[],
  operators: Language['operators'],
): Comparison {
  const meaning = operators[positiveOf(operator)];
  if (meaning === undefined) throw new Error(`the operator ${operator} is not loaded`);
  const { takes, relateTo } = meaning;
  // Lists are long, and almost always sound: then no copy is made.
  return { relates: relateTo(values.every(takes) ? values : values.filter(takes)), wanted: !isNegated(operator) };
}

export function compares(actual: JsonValue | undefined, relates: Relation, wanted: boolean): boolean {
  if (!isPresent(actual)) return false;
  return (typeof actual === 'object' ? anyElement(actual, relates) : relates(actual)) === wanted;
}

export function isPresent(actual: JsonValue | undefined): actual is JsonValue {
  return actual !== undefined && actual !== null;
}

/** Elements are scalars: lists in lists and objects relate to nothing. */
function anyElement(actual: JsonValue, relates: Relation): boolean {
  if (!Array.isArray(actual)) return false;
  for (const element of actual) if (isScalar(element) && relates(element)) return true;
  return false;
}

function isScalar(value: JsonValue): boolean {
  return (
    typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

function textual(relates: (text: string, part: string) => boolean): Meaning {
  return {
    takes: (value) => typeof value === 'string',
    relateTo: (values) => {
      const parts = values.filter((value) => typeof value === 'string');
      const [only] = parts;
      if (only !== undefined && parts.length === 1) {
        return (element) => typeof element === 'string' && relates(element, only);
      }
      return (element) => typeof element === 'string' && parts.some((part) => relates(element, part));
    },
  };
}

type ReadNumber = (value: JsonValue) => number;
type CompareNumbers = (value: number, bound: number) => boolean;

/** Being below any of some numbers is being below the greatest; NaN, for what is no such number, is below nothing. */
export function below(read: ReadNumber, compare: CompareNumbers): Meaning {
  const greatest = (numbers: readonly number[]) =>
    numbers.reduce((bound, number) => Math.max(bound, number), -Infinity);
  return bounded(read, compare, greatest);
}

export function above(read: ReadNumber, compare: CompareNumbers): Meaning {
  const least = (numbers: readonly number[]) => numbers.reduce((bound, number) => Math.min(bound, number), Infinity);
  return bounded(read, compare, least);
}

function bounded(read: ReadNumber, compare: CompareNumbers, boundOf: (numbers: readonly number[]) => number): Meaning {
  return {
    takes: (value) => !Number.isNaN(read(value)),
    relateTo: (values) => {
      const bound = boundOf(values.map(read));
      return (element) => compare(read(element), bound);
    },
  };
}

function finiteNumber(value: JsonValue): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}
