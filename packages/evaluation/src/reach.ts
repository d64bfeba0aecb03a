/**
 * Flags refer to flags (prerequisites, conditions) and segments to segments, and nothing stops documents from going in
 * circles or from fanning out: two prerequisites on each of twenty levels are a million evaluations. So before something
 * is linked, its references are followed along every path, as an evaluation may do, within two limits. What exceeds one,
 * as every circle does, is unbounded: a flag answers as if a prerequisite were not met, and nobody is in the segment.
 * That depends on the documents alone, never on where an evaluation began.
 */
export const REFERENCE_DEPTH_MAX = 16;
/** Evaluating one flag may visit that many others, and one segment that many others: at worst some 50 µs. */
export const REFERENCE_VISITS_MAX = 1_000;

export interface Reach {
  readonly isBounded: boolean;
  /** The keys that were visited, known or not; when unbounded, enough of them to know it. */
  readonly keys: ReadonlySet<string>;
}

/** All that is reached from some keys, which `referencesOf` leads on from. */
export function reachFrom(start: readonly string[], referencesOf: (key: string) => readonly string[]): Reach {
  const keys = new Set<string>();
  const left = start.map((key) => ({ key, depth: 1 }));
  let visitCount = 0;
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { key, depth } = next;
    keys.add(key);
    visitCount++;
    if (depth > REFERENCE_DEPTH_MAX || visitCount > REFERENCE_VISITS_MAX) return { isBounded: false, keys };
    for (const reference of referencesOf(key)) left.push({ key: reference, depth: depth + 1 });
  }
  return { isBounded: true, keys };
}
