import type { Condition, Flag, Segment } from '@tidegate/evaluation';

/**
 * A flag leans on the segments that its rules read and on its prerequisites; a segment may lean on other segments. The
 * flags affected by a change are all that reach something changed. Documents may be broken, and references may go in
 * circles: a set that only grows ends either way.
 */
export function affectedFlags(
  documents: { readonly flags: ReadonlyMap<string, Flag>; readonly segments: ReadonlyMap<string, Segment> },
  changed: { readonly flags: ReadonlySet<string>; readonly segments: ReadonlySet<string> },
): string[] {
  const segments = growUntilStable(changed.segments, documents.segments, (segment, affected) =>
    readsSegment(segment.condition, affected, 0),
  );
  const leaning = [...documents.flags].filter(([, flag]) =>
    asArray(flag.rules).some((rule) => readsSegment(rule?.condition, segments, 0)),
  );
  const flags = growUntilStable(
    new Set([...changed.flags, ...leaning.map(([key]) => key)]),
    documents.flags,
    (flag, affected) => asArray(flag.prerequisites).some((prerequisite) => affected.has(prerequisite?.flag)),
  );
  return [...flags];
}

/** Keys whose document came, went, or is another one. */
export function changedKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Set<string> {
  const keys = new Set<string>();
  for (const key of before.keys()) if (!after.has(key)) keys.add(key);
  for (const [key, document] of after) if (!isSameJson(before.get(key), document)) keys.add(key);
  return keys;
}

/** Deeper conditions are refused by the server; here the bound only keeps a broken one from ending the process. */
const CONDITION_DEPTH_MAX = 100;

function readsSegment(condition: Condition | undefined, segments: ReadonlySet<string>, depth: number): boolean {
  if (typeof condition !== 'object' || condition === null || depth > CONDITION_DEPTH_MAX) return false;
  if ('segment' in condition) return segments.has(condition.segment);
  if ('not' in condition) return readsSegment(condition.not, segments, depth + 1);
  const children = 'all' in condition ? condition.all : 'any' in condition ? condition.any : [];
  return asArray(children).some((child) => readsSegment(child, segments, depth + 1));
}

function growUntilStable<T>(
  seeds: ReadonlySet<string>,
  documents: ReadonlyMap<string, T>,
  leansOn: (document: T, affected: ReadonlySet<string>) => boolean,
): Set<string> {
  const affected = new Set(seeds);
  if (affected.size === 0) return affected;
  for (let sizeBefore = -1; sizeBefore !== affected.size; ) {
    sizeBefore = affected.size;
    for (const [key, document] of documents) {
      if (!affected.has(key) && leansOn(document, affected)) affected.add(key);
    }
  }
  return affected;
}

/** The server writes the same document in the same order each time, so that the texts are comparable. */
function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Types promise arrays; documents come over a wire. */
function asArray<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}
