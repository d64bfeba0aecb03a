import gammaln from '@stdlib/math-base-special-gammaln';
import { logMeanExp } from './log-mean-exp.ts';

/** Units per arm, control among them, in a stratum whose shares were designed. */
export interface MultinomialCounts {
  /** Each above 0; together 1. */
  readonly shares: readonly number[];
  readonly counts: readonly number[];
}

/** From "the shares may be far off" to "they are off by a fraction of a per cent". */
const CONCENTRATIONS: readonly number[] = [1e2, 1e3, 1e4, 1e5];

/**
 * ln of the e-value against "the arms have the sizes that were designed", for any number of arms: an equal mixture over
 * concentrations. With two arms the bets on the odds (`sample-ratio-bets.ts`) find a mismatch sooner.
 */
export function logEvidenceOfArms(strata: readonly MultinomialCounts[]): number {
  return logMeanExp(CONCENTRATIONS.map((concentration) => logMultinomialEvidence(strata, concentration)));
}

/**
 * ln of the Dirichlet-multinomial e-value of one concentration k, multiplied over strata:
 *
 *     B(k shares + counts) / B(k shares) / product of shares^counts
 *
 * M. Lindon and A. Malek, "Anytime-valid inference for multinomial count data", arXiv:2011.03567.
 */
export function logMultinomialEvidence(strata: readonly MultinomialCounts[], concentration: number): number {
  return strata.reduce((sum, stratum) => sum + logOfStratum(stratum, concentration), 0);
}

function logOfStratum({ shares, counts }: MultinomialCounts, concentration: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return shares.reduce((sum, share, arm) => {
    const count = counts[arm] ?? 0;
    return sum + logRising(concentration * share, count) - count * Math.log(share);
  }, -logRising(concentration, total));
}

/** ln of Gamma(a + n) / Gamma(a). */
function logRising(a: number, n: number): number {
  return n === 0 ? 0 : gammaln(a + n) - gammaln(a);
}
