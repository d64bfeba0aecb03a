import type { ExposureTag, UnitHashes } from '@tidegate/evaluation/page';

/**
 * Which exposures were reported already, each once per (rollout, epoch, stage, arm) and unit, in two generations. When
 * the young one is full it becomes the old one and the old one is forgotten; what is asked for again moves to the young
 * one. So the memory is bounded, the newest stay longest, and forgetting costs only a repeated exposure, which the
 * server counts once.
 */
export interface SeenExposures {
  has(tag: ExposureTag, unit: UnitHashes): boolean;
  add(tag: ExposureTag, unit: UnitHashes): void;
}

/** The units of each arm of a stage, as numbers. */
type Generation = Map<string, Set<number>>;

/** At least that many are remembered, in some 20 MB at worst. */
const GENERATION_MAX = 131_072;

export function createSeenExposures(generationMax = GENERATION_MAX): SeenExposures {
  let young: Generation = new Map();
  let old = young;
  let count = 0;
  const isIn = (generation: Generation, tag: ExposureTag, unit: UnitHashes): boolean | undefined =>
    generation.get(armOf(tag))?.has(numberOf(unit));
  const add = (tag: ExposureTag, unit: UnitHashes): void => {
    if (count++ >= generationMax) {
      old = young;
      young = new Map();
      count = 1;
    }
    const arm = armOf(tag);
    young.set(arm, (young.get(arm) ?? new Set()).add(numberOf(unit)));
  };
  return {
    add,
    has(tag, unit) {
      if (isIn(young, tag, unit)) return true;
      if (!isIn(old, tag, unit)) return false;
      add(tag, unit);
      return true;
    },
  };
}

/** 53 of a unit's 64 bits: two units that share them hide one exposure in 2^53. */
function numberOf({ h0, h1 }: UnitHashes): number {
  return h0 * 2 ** 21 + (h1 >>> 11);
}

function armOf({ rolloutId, epoch, stageIndex, arm }: ExposureTag): string {
  return `${rolloutId} ${epoch} ${stageIndex} ${arm}`;
}
