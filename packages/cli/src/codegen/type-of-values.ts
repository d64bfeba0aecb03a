import type { JsonValue } from '@tidegate/evaluation';
import { ANY_JSON, type Member, unionOf, type ValueType } from './value-type.ts';

/** Levels that are spelt out; what is deeper is any JSON. */
const DEPTH_MAX = 8;
/** Members that are spelt out: an object with more of them is a table and not a shape. */
const MEMBERS_MAX = 100;

/**
 * The narrowest shape that all the values have: numbers and texts in general, not these ones, and a member that some
 * lack as an optional one.
 */
export function typeOfValues(values: readonly JsonValue[]): ValueType {
  return typeAt(values, DEPTH_MAX);
}

function typeAt(values: readonly JsonValue[], levelsLeft: number): ValueType {
  if (levelsLeft === 0) return ANY_JSON;
  const lists = values.filter(isList);
  const objects = values.filter(isObject);
  const scalars = (['boolean', 'number', 'string'] as const)
    .filter((kind) => values.some((value) => typeof value === kind))
    .map((kind) => ({ kind }));
  return unionOf([
    ...scalars,
    ...(lists.length === 0 ? [] : [{ kind: 'list', of: typeAt(lists.flat(), levelsLeft - 1) } as const]),
    ...(objects.length === 0 ? [] : [objectType(objects, levelsLeft - 1)]),
    ...(values.includes(null) ? [{ kind: 'null' } as const] : []),
  ]);
}

type JsonObject = { readonly [name: string]: JsonValue };

function objectType(objects: readonly JsonObject[], levelsLeft: number): ValueType {
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))].toSorted();
  if (names.length > MEMBERS_MAX) return { kind: 'object', members: [] };
  const members = names.map((name): Member => {
    const having = objects.filter((object) => Object.hasOwn(object, name));
    const values = having.flatMap((object) => Object.entries(object).filter(([one]) => one === name));
    const type = typeAt(
      values.map(([, value]) => value),
      levelsLeft,
    );
    return { name, type, isOptional: having.length < objects.length };
  });
  return { kind: 'object', members };
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
