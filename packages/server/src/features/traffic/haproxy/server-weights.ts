/** HAProxy's weights are whole numbers up to this, for each server. */
const WEIGHT_MAX = 256;
/** Of everybody, where one arm has all of it. */
const WEIGHT_USUAL = 100;
const FULL_PPM = 1_000_000;

/** The weight of each server of an arm. */
export interface ServerWeights {
  readonly treatment: number;
  readonly control: number;
}

/** How many servers each arm has. */
export interface ArmSizes {
  readonly treatment: number;
  readonly control: number;
}

/**
 * The weights whose share is nearest to the one that is wanted. A share that is not nothing gets a weight of at least 1:
 * with one server on each side that is 1 of 257, 0.39 %.
 */
export function weightsFor(weightPpm: number, sizes: ArmSizes): ServerWeights {
  if (weightPpm <= 0) return { treatment: 0, control: WEIGHT_USUAL };
  if (weightPpm >= FULL_PPM) return { treatment: WEIGHT_USUAL, control: 0 };
  let best: ServerWeights = { treatment: 1, control: WEIGHT_MAX };
  for (let treatment = 1; treatment <= WEIGHT_MAX; treatment += 1) {
    const exact = (sizes.treatment * treatment * (FULL_PPM - weightPpm)) / (sizes.control * weightPpm);
    const control = Math.min(WEIGHT_MAX, Math.max(1, Math.round(exact)));
    const candidate = { treatment, control };
    if (distance(candidate, weightPpm, sizes) < distance(best, weightPpm, sizes)) best = candidate;
  }
  return best;
}

/** The share of treatment, from the sums of its servers' weights and of control's; null when nobody gets anything. */
export function shareOf(sums: ServerWeights): number | null {
  const all = sums.treatment + sums.control;
  return all === 0 ? null : Math.round((sums.treatment * FULL_PPM) / all);
}

function distance(weights: ServerWeights, weightPpm: number, sizes: ArmSizes): number {
  const treatment = sizes.treatment * weights.treatment;
  return Math.abs((treatment * FULL_PPM) / (treatment + sizes.control * weights.control) - weightPpm);
}
