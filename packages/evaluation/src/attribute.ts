import type { Context } from './evaluation.ts';
import type { JsonValue } from './json.ts';
import { namedReader } from './named-reader.ts';
import type { ReadAttribute } from './read-attribute.ts';

/** The unit of whatever names no other, as in OpenFeature. */
export const DEFAULT_UNIT = 'targetingKey';

const EMPTY_CONTEXT: Context = Object.freeze({});

/** What came as a context: callers in JavaScript may pass anything, and what is no object has no attributes. */
export function asContext(context: unknown): Context {
  if (typeof context !== 'object' || context === null || Array.isArray(context)) return EMPTY_CONTEXT;
  // An object; whatever its properties hold is checked where it is read.
  return context as Context;
}

/** The attribute that no context has to give: the instant of the evaluation, by the clock of the Rules. */
const NOW = '$now';

/** The reader of a path; undefined for one that is the name of a property and has no reader for itself. */
export function findReader(path: string, nowMs?: () => number): ReadAttribute | undefined {
  if (path === NOW && nowMs !== undefined) return nowMs;
  if (path.includes('.')) {
    const names = path.split('.');
    return (context) => ownOf(context, path) ?? descend(context, names);
  }
  // Asking each context whether a property is its own costs as much as reading it, so only these are asked.
  if (path in Object.prototype) return (context) => ownOf(context, path);
  // What almost everything asks for has its place where plans are run.
  return path === DEFAULT_UNIT ? undefined : namedReader(path);
}

export function attributeReader(path: string, nowMs?: () => number): ReadAttribute {
  return findReader(path, nowMs) ?? ((context) => context[path]);
}

/** The unit key at a path (see `unitKeyFrom`); undefined when the context has none. */
export function unitKeyOf(context: Context, path: string): string | undefined {
  return unitKeyFrom(attributeReader(path)(asContext(context)));
}

/**
 * A text is a unit key, and so is a finite number, as RFC 8785 writes it (the shortest decimal that reads back as the
 * same double). Anything else identifies nobody, nor does the empty text: all who send it would share one bucket.
 */
export function unitKeyFrom(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isFinite(value) ? String(value) : undefined;
}

function descend(context: Context, names: readonly string[]): JsonValue | undefined {
  let value: unknown = context;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    // An object that is no list, in a context, is attributes again.
    value = ownOf(value as Context, name);
  }
  // The context has at least one name, so this is the value of one.
  return value as JsonValue | undefined;
}

function ownOf(context: Context, name: string): JsonValue | undefined {
  return Object.hasOwn(context, name) ? context[name] : undefined;
}
