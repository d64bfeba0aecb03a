import type { Context } from '../evaluation.ts';
import type { JsonValue } from '../json.ts';

/**
 * The attribute at a path, as `attribute.ts` reads it: that of the whole path's name first, then step by step; lists are
 * never walked into. What came as a context may be anything: what is no object has no attributes.
 */
export function attributeOf(context: Context, path: string): JsonValue | undefined {
  return ownOf(context, path) ?? path.split('.').reduce<JsonValue | undefined>(ownOf, context as JsonValue);
}

/** The unit key at a path: a text that is not empty, or a finite number; anything else identifies nobody. */
export function unitKeyOf(context: Context, path: string): string | undefined {
  const value = attributeOf(context, path);
  return (typeof value === 'string' && value !== '') || Number.isFinite(value) ? String(value) : undefined;
}

function ownOf(value: unknown, name: string): JsonValue | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  // What a context has as its own is JSON.
  return isObject && Object.hasOwn(value, name) ? (value as Readonly<Record<string, JsonValue>>)[name] : undefined;
}
