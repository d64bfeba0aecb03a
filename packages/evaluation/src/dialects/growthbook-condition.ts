import type { JsonValue } from '../json.ts';
import { paddedVersion } from './growthbook-version.ts';
import { compileJavascriptPattern } from './javascript-pattern.ts';

/**
 * The conditions of GrowthBook (https://docs.growthbook.io/lib/build-your-own, "Evaluating Conditions"), as its SDK for
 * JavaScript means them, coercions included: a missing attribute is null, `null < 5`, and the condition `"5"` holds for
 * the number 5. They are compiled once; what cannot be is named in `flaws` and holds for nothing.
 */
export type Test = (actual: unknown) => boolean;

/** What an operator is given, and where what is wrong with it is told. */
interface Given {
  readonly expected: JsonValue;
  readonly flaws: string[];
}

const NEVER: Test = () => false;
const ALWAYS: Test = () => true;

/** The test of one operator of an attribute's condition. */
export function compileOperator(operator: string, expected: JsonValue, flaws: string[]): Test {
  const given = { expected, flaws };
  return nestsDeeperThan(NESTING_MAX, expected)
    ? flawed(given, `nested deeper than ${NESTING_MAX} levels`)
    : operatorTest(operator, given);
}

/** Levels of what one operator is given: asking it takes that much of the stack. */
const NESTING_MAX = 32;

function nestsDeeperThan(levels: number, value: JsonValue): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((part: JsonValue) => nestsDeeperThan(levels - 1, part));
}

/** The operator of an attribute's condition that is no object of operators: equality, as loose as JavaScript's. */
const IS = 'is';

/** An object with nothing but operators is asked operator by operator; anything else is compared with. */
function isOperatorObject(condition: JsonValue): condition is { readonly [operator: string]: JsonValue } {
  if (typeof condition !== 'object' || condition === null || Array.isArray(condition)) return false;
  const names = Object.keys(condition);
  return names.length > 0 && names.every((name) => name.startsWith('$'));
}

/** What is at the parts of a path; null when nothing is. Lists have numbers and a length, as in JavaScript. */
export function valueAt(root: unknown, parts: readonly string[]): unknown {
  let value = root;
  for (const part of parts) {
    if (typeof value !== 'object' || value === null || !(part in value)) return null;
    // An object that has the property; what it holds is looked at before it is used.
    value = (value as Readonly<Record<string, unknown>>)[part];
  }
  return value;
}

function operatorTest(operator: string, given: Given): Test {
  const testOf = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (testOf !== undefined) return testOf(given);
  const isGroup = operator === '$inGroup' || operator === '$notInGroup';
  return flawed(
    given,
    isGroup ? 'a saved group inside a list cannot be asked' : `GrowthBook has no operator "${operator}"`,
  );
}

function flawed({ flaws }: Given, flaw: string): Test {
  flaws.push(flaw);
  return NEVER;
}

const OPERATORS: Readonly<Record<string, (given: Given) => Test>> = {
  [IS]: ({ expected }) => equality(expected),
  $eq:
    ({ expected }) =>
    (actual) =>
      actual === expected,
  $ne:
    ({ expected }) =>
    (actual) =>
      actual !== expected,
  $lt: relation((actual, expected) => actual < expected),
  $lte: relation((actual, expected) => actual <= expected),
  $gt: relation((actual, expected) => actual > expected),
  $gte: relation((actual, expected) => actual >= expected),
  $veq: versionRelation((actual, expected) => actual === expected),
  $vne: versionRelation((actual, expected) => actual !== expected),
  $vlt: versionRelation((actual, expected) => actual < expected),
  $vlte: versionRelation((actual, expected) => actual <= expected),
  $vgt: versionRelation((actual, expected) => actual > expected),
  $vgte: versionRelation((actual, expected) => actual >= expected),
  $exists: ({ expected }) => {
    const wanted = Boolean(expected);
    return (actual) => (actual !== null && actual !== undefined) === wanted;
  },
  $type:
    ({ expected }) =>
    (actual) =>
      typeName(actual) === expected,
  $in: (given) => membership(given, (value) => value),
  $nin: (given) => not(membership(given, (value) => value)),
  $ini: (given) => membership(given, lowerCase),
  $nini: (given) => not(membership(given, lowerCase)),
  $regex: (given) => pattern(given, false),
  $regexi: (given) => pattern(given, true),
  $not: (given) => not(valueTest(given)),
  $size: (given) => {
    const test = valueTest(given);
    return (actual) => Array.isArray(actual) && test(actual.length);
  },
  $elemMatch: (given) => {
    const test = isOperatorObject(given.expected) ? valueTest(given) : objectTest(given);
    return (actual) => Array.isArray(actual) && actual.some((element) => (element ?? null) !== null && test(element));
  },
  $all: (given) => everyExpected(given, (each) => valueTest(each)),
  $alli: (given) => everyExpected(given, (each) => (isText(each) ? textIgnoringCase(each.expected) : valueTest(each))),
};

/** The condition of one value: operators, or something to be equal to. */
function valueTest(given: Given): Test {
  const { expected } = given;
  if (!isOperatorObject(expected)) return equality(expected);
  const tests = Object.entries(expected).map(([operator, value]) =>
    operatorTest(operator, { ...given, expected: value }),
  );
  return (actual) => tests.every((test) => test(actual));
}

/** The condition of an object: attributes with their conditions, and logic over conditions of the same object. */
function objectTest(given: Given): Test {
  const { expected } = given;
  if (typeof expected !== 'object' || expected === null || Array.isArray(expected)) {
    return flawed(given, 'expected a condition');
  }
  const tests = Object.entries(expected).map(([name, value]) => {
    const inner = { ...given, expected: value };
    switch (name) {
      case '$and':
        return all(objectTests(inner));
      case '$or':
        return any(objectTests(inner));
      case '$nor':
        return not(any(objectTests(inner)));
      case '$not':
        return not(objectTest(inner));
      case '$savedGroup':
        return flawed(inner, 'a saved group inside a list cannot be asked');
      default: {
        const parts = name.split('.');
        const test = valueTest(inner);
        return (object: unknown) => test(valueAt(object, parts));
      }
    }
  });
  return all(tests);
}

function objectTests(given: Given): Test[] {
  if (!Array.isArray(given.expected)) return [flawed(given, 'expected a list of conditions')];
  return given.expected.map((expected: JsonValue) => objectTest({ ...given, expected }));
}

function all(tests: readonly Test[]): Test {
  return (actual) => tests.every((test) => test(actual));
}

/** Of nothing it holds, which is the vendor's word, not logic's. */
function any(tests: readonly Test[]): Test {
  return tests.length === 0 ? ALWAYS : (actual) => tests.some((test) => test(actual));
}

function not(test: Test): Test {
  return (actual) => !test(actual);
}

function equality(expected: JsonValue): Test {
  if (typeof expected === 'string') return (actual) => String(actual) === expected;
  if (typeof expected === 'number') return (actual) => Number(actual) === expected;
  if (typeof expected === 'boolean') return (actual) => actual !== null && Boolean(actual) === expected;
  if (expected === null) return (actual) => actual === null;
  const written = JSON.stringify(expected);
  return (actual) => JSON.stringify(actual) === written;
}

function relation(relates: (actual: number, expected: number) => boolean): (given: Given) => Test {
  // JavaScript compares whatever there is, numbers or not: that is what the vendor's operator means.
  return ({ expected }) =>
    (actual) =>
      relates(actual as number, expected as unknown as number);
}

function versionRelation(relates: (actual: string, expected: string) => boolean): (given: Given) => Test {
  return ({ expected }) => {
    const version = paddedVersion(expected);
    return (actual) => relates(paddedVersion(actual), version);
  };
}

function typeName(actual: unknown): string {
  if (actual === null) return 'null';
  if (Array.isArray(actual)) return 'array';
  // A path may lead to what every list or object inherits.
  return typeof actual === 'function' ? 'unknown' : typeof actual;
}

/** Whether the value, or an element of it when it is a list, is one of those expected. */
function membership(given: Given, fold: (value: unknown) => unknown): Test {
  if (!Array.isArray(given.expected)) return flawed(given, 'expected a list');
  const members = new Set(given.expected.map(fold));
  return (actual) =>
    Array.isArray(actual) ? actual.some((element) => members.has(fold(element))) : members.has(fold(actual));
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}

function everyExpected(given: Given, testOf: (each: Given) => Test): Test {
  if (!Array.isArray(given.expected)) return flawed(given, 'expected a list');
  const tests = given.expected.map((expected: JsonValue) => testOf({ ...given, expected }));
  return (actual) => Array.isArray(actual) && tests.every((test) => actual.some((element) => test(element)));
}

function isText(given: Given): given is Given & { readonly expected: string } {
  return typeof given.expected === 'string';
}

function textIgnoringCase(expected: string): Test {
  const folded = expected.toLowerCase();
  return (actual) => String(actual).toLowerCase() === folded;
}

function pattern(given: Given, ignoreCase: boolean): Test {
  const test =
    typeof given.expected === 'string' ? compileJavascriptPattern(given.expected, { ignoreCase }) : undefined;
  if (test !== undefined) return (actual) => test(String(actual));
  return flawed(given, `expected a regular expression that RE2 can take, not ${JSON.stringify(given.expected)}`);
}
