import { type Flag, flagsOf, type Segment, segmentsOf, segmentsOfSegment } from '@tidegate/evaluation/core';

interface Documents {
  readonly flags: ReadonlyMap<string, Flag>;
  readonly segments: ReadonlyMap<string, Segment>;
}

/**
 * The flags that may answer otherwise after a change: changed themselves, or leaning on something that did. A flag
 * leans on the flags and segments that it asks, a segment on other segments. Documents may be broken, and references
 * may go in circles: a set that only grows ends either way.
 */
export function affectedFlags(before: Documents, after: Documents): string[] {
  const segments = growUntilStable(changedKeys(before.segments, after.segments), after.segments, (segment, affected) =>
    segmentsOfSegment(segment).some(isIn(affected)),
  );
  const flags = changedKeys(before.flags, after.flags);
  const isAffected = (flag: Flag, affected: ReadonlySet<string>): boolean =>
    segmentsOf(flag).some(isIn(segments)) || flagsOf(flag).some(isIn(affected));
  return [...growUntilStable(flags, after.flags, isAffected)];
}

/** Keys whose document came, went, or is another one. */
function changedKeys(before: ReadonlyMap<string, unknown>, after: ReadonlyMap<string, unknown>): Set<string> {
  const keys = new Set<string>();
  for (const key of before.keys()) if (!after.has(key)) keys.add(key);
  for (const [key, document] of after) if (!isSameJson(before.get(key), document)) keys.add(key);
  return keys;
}

function growUntilStable<T>(
  affected: Set<string>,
  documents: ReadonlyMap<string, T>,
  isAffected: (document: T, affected: ReadonlySet<string>) => boolean,
): Set<string> {
  for (let sizeBefore = -1; sizeBefore !== affected.size; ) {
    sizeBefore = affected.size;
    for (const [key, document] of documents) {
      try {
        if (!affected.has(key) && isAffected(document, affected)) affected.add(key);
      } catch {
        // A broken document leans on nothing that could be read.
      }
    }
  }
  return affected;
}

function isIn(keys: ReadonlySet<string>): (key: string) => boolean {
  return (key) => keys.has(key);
}

/** The server writes the same document in the same order each time, so that the texts are comparable. */
function isSameJson(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
