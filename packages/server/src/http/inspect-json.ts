import { isForbiddenName, JSON_DEPTH_MAX, JSON_OBJECTS_MAX } from '@tidegate/protocol';
import { pointerOf } from './pointer.ts';

export interface JsonFinding {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * What no body may contain, whatever its schema: more levels or objects than the limits (what comes after this may
 * recurse, and may take its time for each), and member names that JavaScript gives a meaning to. Undefined when there
 * is nothing to say.
 */
export function inspectJson(body: unknown): JsonFinding | undefined {
  const path: string[] = [];
  let objectCount = 0;

  function inspect(value: unknown): string | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    if (path.length >= JSON_DEPTH_MAX) return `a body nests at most ${JSON_DEPTH_MAX} levels`;
    if (!Array.isArray(value)) objectCount += 1;
    if (objectCount > JSON_OBJECTS_MAX) return `a body has at most ${JSON_OBJECTS_MAX} objects`;
    if (isListOfScalars(value)) return undefined;
    for (const [name, member] of Object.entries(value)) {
      path.push(name);
      const detail = isForbiddenName(name) ? `no member may be called ${name}` : inspect(member);
      // The path stays where something was found.
      if (detail !== undefined) return detail;
      path.pop();
    }
    return undefined;
  }

  const detail = inspect(body);
  return detail === undefined ? undefined : { pointer: pointerOf(path), detail };
}

/** A segment lists millions of texts: nothing in them is to be found, and a path for each would cost half a second. */
function isListOfScalars(value: object): boolean {
  return Array.isArray(value) && value.every((element) => typeof element !== 'object');
}
