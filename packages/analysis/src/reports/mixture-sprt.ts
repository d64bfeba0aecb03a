/** An estimated difference and its standard error, above 0, at one look. */
export interface NormalLook {
  readonly difference: number;
  readonly standardError: number;
}

export interface MixtureSprtReport {
  /** Holds at every look if differences are exactly normal with known variance: only nearly so, and not early. */
  readonly validity: 'asymptotic';
  /** One for each look. */
  readonly looks: readonly {
    readonly logLambda: number;
    /** Smallest 1/lambda so far, at most 1. */
    readonly p: number;
    /** Of the interval around `difference` at level 1 - alpha. */
    readonly halfWidth: number;
  }[];
}

/**
 * What platforms with "always-valid p-values" show: the likelihood ratio of a normal difference with prior N(0, tau²)
 * against none, at each look in order. For comparison, not to decide by: a tau far from the true effect costs up to ten
 * times the units, and with few events the level does not hold.
 *
 * Robbins 1970; Johari, Koomen, Pekelis and Walsh, arXiv:1512.04922.
 */
export function mixtureSprt(
  looks: readonly NormalLook[],
  { tau, alpha }: { readonly tau: number; readonly alpha: number },
): MixtureSprtReport {
  let p = 1;
  return {
    validity: 'asymptotic',
    looks: looks.map(({ difference, standardError }) => {
      const noise = standardError ** 2;
      const prior = tau ** 2;
      const logShrink = Math.log1p(prior / noise) / 2;
      const logLambda = (difference ** 2 / (2 * noise)) * (prior / (noise + prior)) - logShrink;
      p = Math.min(p, Math.exp(-logLambda));
      const halfWidth = standardError * Math.sqrt((1 + noise / prior) * 2 * (Math.log(1 / alpha) + logShrink));
      return { logLambda, p, halfWidth };
    }),
  };
}
