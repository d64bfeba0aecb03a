/** The chance, if the arms do not differ, of a result at least this far in one direction, or in either. */
export interface TailProbabilities {
  /** Small when treatment is larger. */
  readonly greater: number;
  /** Small when treatment is smaller. */
  readonly less: number;
  readonly twoSided: number;
}

/** What a test says that has nothing to compare, as with no variance at all. */
export const NO_EVIDENCE: TailProbabilities = { greater: 1, less: 1, twoSided: 1 };

/** The two-sided p as twice the smaller one-sided. */
export function doubledTails({ greater, less }: { greater: number; less: number }): TailProbabilities {
  return { greater, less, twoSided: Math.min(1, 2 * Math.min(greater, less)) };
}
