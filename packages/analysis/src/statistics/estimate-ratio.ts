import { bracketRoot } from './bracket-root.ts';
import type { LabelCounts } from './label-betting.ts';

/** ln of the largest ratio that is told apart from infinity: a million. */
export const LOG_RATIO_MAX = Math.log(1e6);
/** Relative precision of ratios, more than anybody reads. */
export const LOG_RATIO_TOLERANCE = 1e-5;

/**
 * The ratio of rates under which the labels are likeliest, over all strata; null while an arm has none.
 *
 * Strata differ in base rate, so the arms must not be summed over them first (Simpson's paradox). The likelihood of
 * `logLikelihood` is concave in ln(ratio); its derivative, observed minus expected treatment labels, has one root.
 */
export function estimateRatio(strata: readonly LabelCounts[]): number | null {
  const coins = strata.filter(({ treatmentShare }) => treatmentShare > 0 && treatmentShare < 1);
  const treatment = coins.reduce((sum, stratum) => sum + stratum.treatment, 0);
  const control = coins.reduce((sum, stratum) => sum + stratum.control, 0);
  if (treatment === 0 || control === 0) return null;
  const surplus = (logRatio: number) => treatment - expectedTreatment(coins, Math.exp(logRatio));
  const ends = { low: -LOG_RATIO_MAX, high: LOG_RATIO_MAX };
  const known = { ...ends, atLow: surplus(ends.low), atHigh: surplus(ends.high) };
  if (known.atLow < 0) return Math.exp(ends.low);
  if (known.atHigh >= 0) return Math.exp(ends.high);
  const { low, high } = bracketRoot(surplus, known, LOG_RATIO_TOLERANCE);
  return Math.exp((low + high) / 2);
}

function expectedTreatment(strata: readonly LabelCounts[], ratio: number): number {
  let sum = 0;
  for (const { treatmentShare: pi, control, treatment } of strata) {
    sum += ((control + treatment) * pi * ratio) / (1 - pi + pi * ratio);
  }
  return sum;
}
