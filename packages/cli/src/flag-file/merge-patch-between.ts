import type { JsonValue } from '@tidegate/evaluation';
import { sameJson } from '@tidegate/flag-file';
import type { JsonObject } from './plan.ts';

/**
 * The JSON Merge Patch (RFC 7396) that makes one object into another: members that differ and no other. Undefined where
 * no patch can: null means "take it out" there, so no member inside can be set to it (lists are replaced whole).
 */
export function mergePatchBetween(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const was = new Map(Object.entries(from));
  const is = new Map(Object.entries(to));
  const patch = new Map<string, JsonValue>();
  for (const name of was.keys()) if (!is.has(name)) patch.set(name, null);
  for (const [name, value] of is) {
    const old = was.get(name);
    if (old !== undefined && sameJson(old, value)) continue;
    const change = isObject(value) ? mergePatchBetween(isObject(old) ? old : {}, value) : value;
    if (change === undefined || change === null) return undefined;
    patch.set(name, change);
  }
  return Object.fromEntries(patch);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
