/** Shares of the strata of a rollout, and of some more at the same time; beyond it all is worked out anew. */
const KEPT_SHARES_MAX = 64;

/**
 * Keeps what follows from a designed share alone: a rollout asks for the same few at every tick, and logarithms are most
 * of what a tick costs. It changes no bit.
 */
export function keptByShare<T>(of: (share: number) => T): (share: number) => T {
  const kept = new Map<number, T>();
  return (share) => {
    const known = kept.get(share);
    if (known !== undefined) return known;
    if (kept.size >= KEPT_SHARES_MAX) kept.clear();
    const worked = of(share);
    kept.set(share, worked);
    return worked;
  };
}
