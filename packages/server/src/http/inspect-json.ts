import { isForbiddenName, JSON_DEPTH_MAX } from '@tidegate/protocol';
import { pointerOf } from './pointer.ts';

export interface JsonFinding {
  readonly pointer: string;
  readonly detail: string;
}

/**
 * What no body may contain, whatever its schema: nesting beyond the limit (everything after this may recurse), and
 * member names that JavaScript gives a meaning to. Undefined when there is nothing to say.
 */
export function inspectJson(value: unknown, path: readonly (string | number)[] = []): JsonFinding | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (path.length >= JSON_DEPTH_MAX) {
    return { pointer: pointerOf(path), detail: `a body nests at most ${JSON_DEPTH_MAX} levels` };
  }
  for (const [name, member] of Object.entries(value)) {
    const here = [...path, name];
    if (isForbiddenName(name)) return { pointer: pointerOf(here), detail: `no member may be called ${name}` };
    const finding = inspectJson(member, here);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
