import type { DialectLeaf } from '../flag.ts';
import type { JsonValue } from '../json.ts';
import type { DialectMeaning } from '../language.ts';
import { compareVersions, type Version } from '../rare/version.ts';
import { compileJavascriptPattern } from './javascript-pattern.ts';
import { parseNpmVersion } from './npm-version.ts';

/**
 * The clauses of LaunchDarkly (https://launchdarkly.com/docs/sdk/concepts/flag-evaluation-rules), as its SDK for Node
 * means them. A clause matches when the attribute, or an element of it when it is a list, relates to any of the values.
 * A negated clause is written `not OPERATOR`; a missing attribute matches neither.
 */
export const launchdarklyDialect: DialectMeaning = {
  findLeafFlaw: ({ operator, values }) => {
    const relationTo = RELATIONS.get(positiveOf(operator));
    if (relationTo === undefined) return `.operator: LaunchDarkly has no operator "${operator}"`;
    const index = positiveOf(operator) === 'matches' ? values.findIndex((value) => !isPattern(value)) : -1;
    return index === -1
      ? undefined
      : `.values[${index}]: expected a regular expression that RE2 can take, not ${JSON.stringify(values[index])}`;
  },
  compileLeaf: (leaf, readerOf) => {
    const read = readerOf(leaf.attribute);
    const relates = relationOf(leaf);
    const wanted = !isNegated(leaf.operator);
    return (context) => {
      const actual = read(context);
      if (actual === undefined || actual === null) return false;
      return (Array.isArray(actual) ? actual.some(relates) : relates(actual)) === wanted;
    };
  },
};

const NOT = 'not ';

function isNegated(operator: string): boolean {
  return operator.startsWith(NOT);
}

function positiveOf(operator: string): string {
  return isNegated(operator) ? operator.slice(NOT.length) : operator;
}

/** Whether an element of the attribute relates to a value that was given. */
type Relation = (element: JsonValue) => boolean;

const NEVER: Relation = () => false;

const RELATIONS: ReadonlyMap<string, (values: readonly JsonValue[]) => Relation> = new Map([
  ['in', among],
  ['startsWith', textual((text, part) => text.startsWith(part))],
  ['endsWith', textual((text, part) => text.endsWith(part))],
  ['contains', textual((text, part) => text.includes(part))],
  ['matches', toAny(patternTest)],
  ['lessThan', compared(numberOf, (number, bound) => number < bound)],
  ['lessThanOrEqual', compared(numberOf, (number, bound) => number <= bound)],
  ['greaterThan', compared(numberOf, (number, bound) => number > bound)],
  ['greaterThanOrEqual', compared(numberOf, (number, bound) => number >= bound)],
  ['before', compared(instantOf, (atMs, boundMs) => atMs < boundMs)],
  ['after', compared(instantOf, (atMs, boundMs) => atMs > boundMs)],
  ['semVerEqual', compared(versionOf, (version, other) => compareVersions(version, other) === 0)],
  ['semVerLessThan', compared(versionOf, (version, other) => compareVersions(version, other) < 0)],
  ['semVerGreaterThan', compared(versionOf, (version, other) => compareVersions(version, other) > 0)],
]);

function relationOf({ operator, values }: DialectLeaf): Relation {
  // A leaf without a flaw has a known operator.
  return RELATIONS.get(positiveOf(operator))?.(values) ?? NEVER;
}

function among(values: readonly JsonValue[]): Relation {
  const members = new Set(values);
  return (element) => members.has(element);
}

function toAny(relationTo: (value: JsonValue) => Relation): (values: readonly JsonValue[]) => Relation {
  return (values) => {
    const relations = values.map(relationTo);
    return (element) => {
      for (const relates of relations) if (relates(element)) return true;
      return false;
    };
  };
}

function textual(relates: (text: string, part: string) => boolean): (values: readonly JsonValue[]) => Relation {
  return toAny((part) =>
    typeof part === 'string' ? (element) => typeof element === 'string' && relates(element, part) : NEVER,
  );
}

function compared<T>(
  read: (value: JsonValue) => T | undefined,
  relates: (element: T, value: T) => boolean,
): (values: readonly JsonValue[]) => Relation {
  return (values) => {
    const bounds = values.map(read).filter((bound) => bound !== undefined);
    return (element) => {
      const known = read(element);
      if (known === undefined) return false;
      for (const bound of bounds) if (relates(known, bound)) return true;
      return false;
    };
  };
}

function patternTest(pattern: JsonValue): Relation {
  const test = typeof pattern === 'string' ? compileJavascriptPattern(pattern, { ignoreCase: false }) : undefined;
  return test === undefined ? NEVER : (element) => typeof element === 'string' && test(element);
}

/** What is no text matches nothing, which is no flaw. */
function isPattern(value: JsonValue): boolean {
  return typeof value !== 'string' || compileJavascriptPattern(value, { ignoreCase: false }) !== undefined;
}

function numberOf(value: JsonValue): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** How a date must begin; what follows is left to `Date.parse`, as the vendor leaves it. */
const RFC_3339_START = /^\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[-+]\d\d(:\d\d)?)/;

function instantOf(value: JsonValue): number | undefined {
  if (typeof value === 'string') return RFC_3339_START.test(value) ? Date.parse(value) : undefined;
  return numberOf(value);
}

const VERSION_START = /^\d+(\.\d+)?(\.\d+)?/;

/** A version may leave out its minor and patch numbers, and must not begin with `v`. */
function versionOf(value: JsonValue): Version | undefined {
  if (typeof value !== 'string' || value.startsWith('v')) return undefined;
  const whole = parseNpmVersion(value);
  const [start, minor, patch] = (whole === undefined && VERSION_START.exec(value)) || [];
  if (start === undefined) return whole;
  return parseNpmVersion(`${start}${minor ? '' : '.0'}${patch ? '' : '.0'}${value.slice(start.length)}`);
}
