import { type Flag, flagsOf, type Segment, segmentsOf, segmentsOfSegment } from '@tidegate/evaluation/core';

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
    anyOf(() => segmentsOfSegment(segment), affected),
  );
  const leaning = [...documents.flags].filter(([, flag]) => anyOf(() => segmentsOf(flag), segments));
  const flags = growUntilStable(
    new Set([...changed.flags, ...leaning.map(([key]) => key)]),
    documents.flags,
    (flag, affected) => anyOf(() => flagsOf(flag), affected),
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

/** A document that came broken leans on nothing: it cannot be evaluated either. */
function anyOf(references: () => readonly string[], affected: ReadonlySet<string>): boolean {
  try {
    return references().some((key) => affected.has(key));
  } catch {
    return false;
  }
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
