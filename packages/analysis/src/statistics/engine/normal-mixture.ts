import { lnScaledNormalCdf } from '../normal-distribution.ts';

/** Beyond this the information swamps any prior; the square would soon overflow. */
const SPREAD_MAX = 1e150;

/**
 * ln of the one-sided normal mixture: the likelihood ratio of a score that is N(delta I, I), averaged over a
 * half-normal prior on delta > 0 with variance r, against delta = 0.
 *
 *     ln 2 - ln(1 + r I)/2 + r S² / (2 (1 + r I)) + ln Phi(sqrt(r) S / sqrt(1 + r I))
 *
 * Written with z = S / sqrt(I) and h = sqrt(r I), which no scale of the values can make overflow. H. Robbins,
 * "Statistical methods related to the law of the iterated logarithm", Annals of Mathematical Statistics 41 (1970).
 */
export function logNormalMixture(of: { readonly z: number; readonly spread: number }): number {
  const spread = Math.min(of.spread, SPREAD_MAX);
  const scale = Math.hypot(1, spread);
  return Math.LN2 - Math.log(scale) + lnScaledNormalCdf((of.z * spread) / scale);
}
