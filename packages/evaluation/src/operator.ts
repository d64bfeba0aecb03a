import type { Operator } from './flag.ts';
import { instantMs } from './instant.ts';
import type { JsonValue } from './json.ts';
import { memberOf } from './member-of.ts';
import { compareVersions, isVersion } from './version.ts';

/**
 * What a leaf of a condition means. Every positive operator is a relation between one element and the leaf's values; an
 * attribute that is a list relates when one of its elements does; a negated operator is its twin turned round, for
 * attributes that are there. Nothing is coerced: the number 1 is not the text '1', and a value that an operator cannot
 * compare with (see `operatorTakes`) relates to nothing. `equals`, `in` and `overlaps` are three words for one
 * relation, so that rules read well.
 */
export type MatchAttribute = (actual: JsonValue | undefined) => boolean;

type Relation = (element: JsonValue) => boolean;

interface Meaning {
  /** Whether the operator can compare with this value. */
  readonly takes: (value: JsonValue) => boolean;
  /** The relation to any of the values, all of which it takes. */
  readonly relateTo: (values: readonly JsonValue[]) => Relation;
}

const TWINS = {
  notEquals: 'equals',
  notIn: 'in',
  notContains: 'contains',
  notStartsWith: 'startsWith',
  notEndsWith: 'endsWith',
  semverNotEquals: 'semverEquals',
  notOverlaps: 'overlaps',
} as const satisfies Partial<Record<Operator, Operator>>;

type Comparison = Exclude<Operator, keyof typeof TWINS | 'exists' | 'notExists'>;

const AMONG: Meaning = { takes: isScalar, relateTo: memberOf };

const MEANINGS: Readonly<Record<Comparison, Meaning>> = {
  equals: AMONG,
  in: AMONG,
  overlaps: AMONG,
  contains: textual((text, part) => text.includes(part)),
  startsWith: textual((text, part) => text.startsWith(part)),
  endsWith: textual((text, part) => text.endsWith(part)),
  lessThan: numeric(finiteNumber, greatest, (number, bound) => number < bound),
  lessThanOrEqual: numeric(finiteNumber, greatest, (number, bound) => number <= bound),
  greaterThan: numeric(finiteNumber, least, (number, bound) => number > bound),
  greaterThanOrEqual: numeric(finiteNumber, least, (number, bound) => number >= bound),
  before: numeric(instantMs, greatest, (atMs, boundMs) => atMs < boundMs),
  after: numeric(instantMs, least, (atMs, boundMs) => atMs > boundMs),
  semverEquals: versioned((order) => order === 0),
  semverLessThan: versioned((order) => order < 0),
  semverGreaterThan: versioned((order) => order > 0),
};

const OPERATORS: ReadonlySet<unknown> = new Set([
  ...Object.keys(MEANINGS),
  ...Object.keys(TWINS),
  'exists',
  'notExists',
] satisfies (Operator | string)[]);

export function isOperator(value: unknown): value is Operator {
  return OPERATORS.has(value);
}

/**
 * Whether an operator can compare with a value: scalars for equality and lists, texts for parts of texts, finite
 * numbers, instants (RFC 3339 or epoch milliseconds), semantic versions; `exists` compares with nothing.
 */
export function operatorTakes(operator: Operator, value: JsonValue): boolean {
  return operator !== 'exists' && operator !== 'notExists' && MEANINGS[comparisonOf(operator)].takes(value);
}

export function attributeMatcher(operator: Operator, values: readonly JsonValue[]): MatchAttribute {
  if (operator === 'exists') return isPresent;
  if (operator === 'notExists') return (actual) => !isPresent(actual);
  const { takes, relateTo } = MEANINGS[comparisonOf(operator)];
  const relates = relateTo(values.filter(takes));
  const wanted = !isNegated(operator);
  return (actual) => {
    if (!isPresent(actual)) return false;
    if (typeof actual !== 'object') return relates(actual) === wanted;
    return anyElement(actual, relates) === wanted;
  };
}

function isNegated(operator: Operator): operator is keyof typeof TWINS {
  return Object.hasOwn(TWINS, operator);
}

function comparisonOf(operator: Exclude<Operator, 'exists' | 'notExists'>): Comparison {
  return isNegated(operator) ? TWINS[operator] : operator;
}

function isPresent(actual: JsonValue | undefined): actual is JsonValue {
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
      return (element) => {
        if (typeof element !== 'string') return false;
        for (const part of parts) if (relates(element, part)) return true;
        return false;
      };
    },
  };
}

/** `read` gives NaN for what is no such number, and every comparison with NaN is false. */
function numeric(
  read: (value: JsonValue) => number,
  boundOf: (values: readonly number[]) => number,
  relates: (value: number, bound: number) => boolean,
): Meaning {
  return {
    takes: (value) => !Number.isNaN(read(value)),
    relateTo: (values) => {
      const bound = boundOf(values.map(read));
      return (element) => relates(read(element), bound);
    },
  };
}

function finiteNumber(value: JsonValue): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : Number.NaN;
}

/** Being less than any of some numbers is being less than the greatest; nothing is less than the greatest of none. */
function greatest(numbers: readonly number[]): number {
  return numbers.reduce((bound, number) => Math.max(bound, number), Number.NEGATIVE_INFINITY);
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((bound, number) => Math.min(bound, number), Number.POSITIVE_INFINITY);
}

function versioned(relates: (order: number) => boolean): Meaning {
  const isVersionText = (value: JsonValue) => typeof value === 'string' && isVersion(value);
  return {
    takes: isVersionText,
    relateTo: (values) => {
      const versions = values.filter((value) => typeof value === 'string');
      return (element) => {
        if (typeof element !== 'string' || !isVersion(element)) return false;
        for (const version of versions) if (relates(compareVersions(element, version))) return true;
        return false;
      };
    },
  };
}
