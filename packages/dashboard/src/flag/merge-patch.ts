import type { JsonValue } from '@tidegate/evaluation';

type JsonObject = { readonly [name: string]: JsonValue | undefined };

/**
 * The merge patch (RFC 7396) that makes one document the other. Members of objects that are gone become null, so that a
 * split which becomes one variation leaves no ranges behind; lists are replaced as a whole.
 */
export function mergePatch(before: JsonObject, after: JsonObject): { [name: string]: JsonValue } {
  const patch: { [name: string]: JsonValue } = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const was = before[name];
    const is = after[name];
    if (is === undefined) {
      if (was !== undefined) patch[name] = null;
    } else if (isObject(was) && isObject(is)) {
      const inner = mergePatch(was, is);
      if (Object.keys(inner).length > 0) patch[name] = inner;
    } else if (JSON.stringify(was) !== JSON.stringify(is)) {
      patch[name] = is;
    }
  }
  return patch;
}

/** Of two documents that are JSON, whatever their types say. */
export function patchBetween(before: object, after: object): { [name: string]: JsonValue } {
  return mergePatch(JSON.parse(JSON.stringify(before)), JSON.parse(JSON.stringify(after)));
}

function isObject(value: JsonValue | undefined): value is { [name: string]: JsonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
