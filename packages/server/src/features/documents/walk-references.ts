/** What follows from walking references: a circle, as the keys on it, or how deep they go. */
export type ReferenceWalk =
  | { readonly kind: 'cycle'; readonly path: readonly string[] }
  | { readonly kind: 'depth'; readonly depth: number };

/**
 * Follows references from one key, depth first. Every key is entered once, so the work is bounded by the number of
 * references however they fan out.
 */
export function walkReferences(start: string, referencesOf: (key: string) => readonly string[]): ReferenceWalk {
  const depths = new Map<string, number>();
  const path: string[] = [];

  function visit(key: string): readonly string[] | undefined {
    if (path.includes(key)) return [...path.slice(path.indexOf(key)), key];
    if (depths.has(key)) return undefined;
    path.push(key);
    let depth = 0;
    for (const next of referencesOf(key)) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
      depth = Math.max(depth, 1 + (depths.get(next) ?? 0));
    }
    path.pop();
    depths.set(key, depth);
    return undefined;
  }

  const cycle = visit(start);
  return cycle === undefined ? { kind: 'depth', depth: depths.get(start) ?? 0 } : { kind: 'cycle', path: cycle };
}
