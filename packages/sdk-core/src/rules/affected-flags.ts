import { type Flag, referencesOf, type Segment, textOfDocument } from '@tidegate/evaluation';

interface Documents {
  readonly flags: readonly Flag[];
  readonly segments: readonly Segment[];
}

/**
 * The flags that may answer otherwise after a change: changed themselves, or leaning on something that did. A flag
 * leans on the flags and segments that it asks, a segment on other segments. Documents may be broken, and references
 * may go in circles: a set that only grows ends either way.
 */
export function affectedFlags(before: Documents, after: Documents): string[] {
  const segments = changedKeys(before.segments, after.segments);
  growUntilStable(segments, after.segments, (segment) => referencesOf(segment).segments.some(isIn(segments)));
  const flags = changedKeys(before.flags, after.flags);
  growUntilStable(flags, after.flags, (flag) => {
    const asked = referencesOf(flag);
    return asked.segments.some(isIn(segments)) || asked.flags.some(isIn(flags));
  });
  return [...flags];
}

interface Document {
  readonly key: string;
}

/** Keys whose document came, went, or is another one. */
function changedKeys(before: readonly Document[], after: readonly Document[]): Set<string> {
  const gone = new Map(before.map((document) => [document.key, document]));
  const changed = new Set<string>();
  for (const document of after) {
    if (!isSameJson(gone.get(document.key), document)) changed.add(document.key);
    gone.delete(document.key);
  }
  return new Set([...changed, ...gone.keys()]);
}

function growUntilStable<D extends Document>(
  affected: Set<string>,
  documents: readonly D[],
  isAffected: (document: D) => boolean,
): void {
  for (let sizeBefore = -1; sizeBefore !== affected.size; ) {
    sizeBefore = affected.size;
    for (const document of documents) {
      try {
        if (isAffected(document)) affected.add(document.key);
      } catch {
        // A broken document leans on nothing that could be read.
      }
    }
  }
}

function isIn(keys: ReadonlySet<string>): (key: string) => boolean {
  return (key) => keys.has(key);
}

/**
 * The server writes the same document in the same order each time, so that the texts are comparable. Documents too deep
 * to be written are none that is the same.
 */
function isSameJson(one: unknown, other: unknown): boolean {
  try {
    return one === other || textOfDocument(one) === textOfDocument(other);
  } catch {
    return false;
  }
}
