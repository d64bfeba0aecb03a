import type { LabelCounts } from './label-betting.ts';

/** No ratio beyond this (or below its inverse) is told apart from infinity (or zero). */
export const RATIO_MAX = 1e6;
/** Bisections of ln(ratio) over [-13.8, 13.8]: a relative precision of 1e-5, more than anybody reads. */
const BISECTIONS = 22;

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
  const expected = (ratio: number) =>
    coins.reduce((sum, { treatmentShare: pi, ...labels }) => {
      return sum + ((labels.control + labels.treatment) * pi * ratio) / (1 - pi + pi * ratio);
    }, 0);
  return bisectRatio((ratio) => expected(ratio) < treatment, { low: 1 / RATIO_MAX, high: RATIO_MAX });
}

/** The ratio up to which `isBelow` holds, between the bounds. */
export function bisectRatio(isBelow: (ratio: number) => boolean, bounds: { low: number; high: number }): number {
  let low = Math.log(bounds.low);
  let high = Math.log(bounds.high);
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = (low + high) / 2;
    if (isBelow(Math.exp(middle))) low = middle;
    else high = middle;
  }
  return Math.exp((low + high) / 2);
}
