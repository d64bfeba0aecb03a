import type { Context } from './evaluation.ts';
import type { JsonValue } from './json.ts';

/**
 * Attributes are addressed by paths: `org.plan` is `{ org: { plan } }`. An attribute that is named by the whole path
 * (`{ 'org.plan': … }`) comes first, so that names with dots can be addressed too. Only own properties count, so
 * `constructor` or `__proto__` are attributes like any other, and lists are values, never walked into.
 */
export type ReadAttribute = (context: Context) => JsonValue | undefined;

/** The unit of whatever names no other, as in OpenFeature. */
export const DEFAULT_UNIT = 'targetingKey';

const EMPTY_CONTEXT: Context = Object.freeze({});

/** What came as a context: callers in JavaScript may pass anything, and what is no object has no attributes. */
export function asContext(context: unknown): Context {
  // An object; whatever its properties hold is checked where it is read.
  return typeof context === 'object' && context !== null ? (context as Context) : EMPTY_CONTEXT;
}

export function attributeReader(path: string): ReadAttribute {
  if (!path.includes('.')) return (context) => (Object.hasOwn(context, path) ? context[path] : undefined);
  const names = path.split('.');
  return (context) => (Object.hasOwn(context, path) ? context[path] : descend(context, names));
}

/** The unit key at a path (see `unitKeyFrom`); undefined when the context has none. */
export function unitKeyOf(context: Context, path: string): string | undefined {
  return unitKeyFrom(attributeReader(path)(asContext(context)));
}

export function unitReader(path: string): (context: Context) => string | undefined {
  const read = attributeReader(path);
  return (context) => unitKeyFrom(read(context));
}

/**
 * A text is a unit key, and so is a finite number, as RFC 8785 writes it (the shortest decimal that reads back as the
 * same double). Anything else identifies nobody, nor does the empty text: all who send it would share one bucket.
 */
function unitKeyFrom(value: JsonValue | undefined): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : undefined;
}

function descend(context: Context, names: readonly string[]): JsonValue | undefined {
  let value: JsonValue | Context | undefined = context;
  for (const name of names) {
    if (typeof value !== 'object' || value === null || Array.isArray(value) || !Object.hasOwn(value, name)) {
      return undefined;
    }
    // Not a list, as tested above: Array.isArray does not narrow readonly arrays away.
    value = (value as Context)[name];
  }
  return value as JsonValue | undefined;
}
