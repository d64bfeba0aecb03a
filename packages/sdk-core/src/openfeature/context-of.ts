import type { Context, JsonValue } from '@tidegate/evaluation';

/**
 * OpenFeature's context as Tidegate's, which is JSON. A date becomes its RFC 3339 text, which `before` and `after`
 * read. What JSON cannot carry is left out, as if it had not been given: undefined, functions, symbols, bigints,
 * numbers that are not finite, dates that are none, and an object inside itself or nested deeper than
 * `NESTING_MAX`. A context of scalars, the usual one, is returned as it came.
 */
export function contextOf(context: Readonly<Record<string, unknown>>): Context {
  for (const name in context) {
    if (!isPlain(context[name])) return objectOf(context, []);
  }
  // Nothing but what JSON has, and undefined.
  return context as Context;
}

/** Deeper than any path that a rule names. */
const NESTING_MAX = 32;

function isPlain(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'undefined':
      return true;
    case 'number':
      return Number.isFinite(value);
    default:
      return value === null;
  }
}

function jsonOf(value: unknown, around: readonly object[]): JsonValue | undefined {
  // What is plain is JSON or undefined.
  if (isPlain(value)) return value as JsonValue | undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (around.length > NESTING_MAX || around.includes(value)) return undefined;
  if (!Array.isArray(value)) return objectOf(value, around);
  const inside = [...around, value];
  return value.map((element: unknown) => jsonOf(element, inside)).filter((element) => element !== undefined);
}

function objectOf(object: object, around: readonly object[]): { readonly [name: string]: JsonValue } {
  const inside = [...around, object];
  const entries = Object.entries(object).flatMap(([name, value]): [string, JsonValue][] => {
    const json = jsonOf(value, inside);
    return json === undefined ? [] : [[name, json]];
  });
  return Object.fromEntries(entries);
}
