/**
 * Which exposures were reported already, in two generations. When the young one is full it becomes the old one and the
 * old one is forgotten; what is asked for again moves to the young one. So the memory is bounded, the newest stay
 * longest, and forgetting costs only a repeated exposure, which the server counts once.
 */
export interface SeenExposures {
  /** `arm` is that of one stage of one epoch of a rollout. */
  has(arm: string, unit: number): boolean;
  add(arm: string, unit: number): void;
}

/** At least that many are remembered, in some 20 MB at worst. */
const GENERATION_MAX = 131_072;

export function createSeenExposures(generationMax = GENERATION_MAX): SeenExposures {
  let young = new Map<string, Set<number>>();
  let old = young;
  let count = 0;
  const add = (arm: string, unit: number): void => {
    if (count >= generationMax) {
      old = young;
      young = new Map();
      count = 0;
    }
    count += 1;
    young.set(arm, (young.get(arm) ?? new Set()).add(unit));
  };
  return {
    add,
    has(arm, unit) {
      if (young.get(arm)?.has(unit)) return true;
      if (!old.get(arm)?.has(unit)) return false;
      add(arm, unit);
      return true;
    },
  };
}
