import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '@tidegate/evaluation';
import type { DiffStep } from '@tidegate/protocol';

type Path = readonly (string | number)[];

/**
 * The steps from one document to the next, as a JSON Patch that also tells what was there: applied in order they lead
 * from `before` to `after`. In lists, what both begin and end with is left alone, so that one inserted rule is one step.
 */
export function diffOf(before: JsonValue, after: JsonValue): DiffStep[] {
  return [...diffAt([], before, after)];
}

// Steps are yielded one by one: a call cannot take a million of them as its arguments, and a segment may change by so many.
function* diffAt(path: Path, before: JsonValue, after: JsonValue): Iterable<DiffStep> {
  if (isList(before) && isList(after)) yield* diffLists(path, before, after);
  else if (isObject(before) && isObject(after)) yield* diffObjects(path, before, after);
  else if (!isDeepStrictEqual(before, after)) {
    yield { op: 'replace', path: pointerOf(path), from: before, value: after };
  }
}

type JsonObject = { readonly [name: string]: JsonValue };

function* diffObjects(path: Path, before: JsonObject, after: JsonObject): Iterable<DiffStep> {
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  for (const [name, from] of was) {
    const value = is.get(name);
    if (value === undefined) yield { op: 'remove', path: pointerOf([...path, name]), from };
    else yield* diffAt([...path, name], from, value);
  }
  for (const [name, value] of is) {
    if (!was.has(name)) yield { op: 'add', path: pointerOf([...path, name]), value };
  }
}

function* diffLists(path: Path, before: readonly JsonValue[], after: readonly JsonValue[]): Iterable<DiffStep> {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && isDeepStrictEqual(before[start], after[start])) start += 1;
  let tail = 0;
  while (tail < shorter - start && isDeepStrictEqual(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const from = before.slice(start, before.length - tail);
  const to = after.slice(start, after.length - tail);
  for (const [index, value] of to.entries()) {
    const old = from[index];
    const here = [...path, start + index];
    if (old === undefined) yield { op: 'add', path: pointerOf(here), value };
    else yield* diffAt(here, old, value);
  }
  // From the end, so that the indexes of what is still to be removed stay as they are.
  for (const [index, old] of [...from.entries()].slice(to.length).reverse()) {
    yield { op: 'remove', path: pointerOf([...path, start + index]), from: old };
  }
}

function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function pointerOf(path: Path): string {
  return path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
