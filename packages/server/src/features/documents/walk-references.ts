/** What follows from walking references: a circle, as the keys on it, or how far they lead. */
export type ReferenceWalk =
  | { readonly kind: 'cycle'; readonly path: readonly string[] }
  | {
      readonly kind: 'bounded';
      /** References behind one another, at most. */
      readonly depth: number;
      /** Keys met along all paths, each as often as it is met: what an evaluation may have to do. */
      readonly visitCount: number;
    };

interface Reach {
  readonly depth: number;
  readonly visitCount: number;
}

const NOWHERE: Reach = { depth: 0, visitCount: 0 };

/**
 * Follows references from one key, depth first. Every key is entered once, so the work is bounded by the number of
 * references however they fan out.
 */
export function walkReferences(start: string, referencesOf: (key: string) => readonly string[]): ReferenceWalk {
  const reaches = new Map<string, Reach>();
  const path: string[] = [];

  function visit(key: string): readonly string[] | undefined {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (reaches.has(key)) return undefined;
    path.push(key);
    let { depth, visitCount } = NOWHERE;
    for (const next of referencesOf(key)) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
      const beyond = reaches.get(next) ?? NOWHERE;
      depth = Math.max(depth, 1 + beyond.depth);
      visitCount += 1 + beyond.visitCount;
    }
    path.pop();
    reaches.set(key, { depth, visitCount });
    return undefined;
  }

  const cycle = visit(start);
  return cycle === undefined ? { kind: 'bounded', ...(reaches.get(start) ?? NOWHERE) } : { kind: 'cycle', path: cycle };
}

/** The keys whose references lead to one, however far, without itself: what it refers to is theirs too. */
export function keysLeadingTo(
  target: string,
  keys: Iterable<string>,
  referencesOf: (key: string) => readonly string[],
): string[] {
  const referrers = new Map<string, string[]>();
  for (const key of keys) {
    for (const reference of referencesOf(key)) {
      const known = referrers.get(reference);
      if (known === undefined) referrers.set(reference, [key]);
      else known.push(key);
    }
  }
  const found = new Set([target]);
  // A set goes on to the keys that are added while it is walked.
  for (const key of found) for (const referrer of referrers.get(key) ?? []) found.add(referrer);
  found.delete(target);
  return [...found];
}
