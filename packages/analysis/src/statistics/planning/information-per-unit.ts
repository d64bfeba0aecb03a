/**
 * What treatment does to a metric, as a planner supposes it, per unit:
 *
 *     rate       share of the units that count
 *     count      mean of a count, as of independent events (Poisson)
 *     histogram  share of the observations in each bin; both lists are equally long
 *     mean       means and variances of a value: large samples are normal
 */
export type Effect =
  | { readonly kind: 'rate'; readonly control: number; readonly treatment: number }
  | { readonly kind: 'count'; readonly control: number; readonly treatment: number }
  | { readonly kind: 'histogram'; readonly control: readonly number[]; readonly treatment: readonly number[] }
  | { readonly kind: 'mean'; readonly control: MeanAndVariance; readonly treatment: MeanAndVariance };

export interface MeanAndVariance {
  readonly mean: number;
  /** Above 0. */
  readonly variance: number;
}

/**
 * Nats of evidence that one unit brings, on average, to the best rule that knows the effect: the Jensen-Shannon
 * divergence of the arms, weighted by their shares. No rule grows faster, by the data-processing inequality and Wald's
 * identity (docs/statistics.md); for means it is the limit of small differences. 0 without an effect, or without one of
 * the arms.
 */
export function informationPerUnit(effect: Effect, treatmentShare: number): number {
  const pi = treatmentShare;
  if (pi <= 0 || pi >= 1) return 0;
  const mix = (ofControl: number, ofTreatment: number) => (1 - pi) * ofControl + pi * ofTreatment;
  switch (effect.kind) {
    case 'rate': {
      const pooled = mix(effect.control, effect.treatment);
      return mix(divergenceOfRates(effect.control, pooled), divergenceOfRates(effect.treatment, pooled));
    }
    case 'count': {
      const pooled = mix(effect.control, effect.treatment);
      return mix(divergenceOfCounts(effect.control, pooled), divergenceOfCounts(effect.treatment, pooled));
    }
    case 'histogram': {
      const control = normalized(effect.control);
      const treatment = normalized(effect.treatment);
      const pooled = control.map((share, bin) => mix(share, treatment[bin] ?? 0));
      return mix(divergenceOfShares(control, pooled), divergenceOfShares(treatment, pooled));
    }
    case 'mean': {
      const difference = effect.treatment.mean - effect.control.mean;
      return difference ** 2 / 2 / (effect.control.variance / (1 - pi) + effect.treatment.variance / pi);
    }
    default:
      return effect satisfies never;
  }
}

/** Kullback-Leibler divergences, in nats; never negative by rounding. */
function divergenceOfRates(rate: number, from: number): number {
  return Math.max(0, gain(rate, from) + gain(1 - rate, 1 - from));
}

function divergenceOfCounts(mean: number, from: number): number {
  return Math.max(0, gain(mean, from) - mean + from);
}

function divergenceOfShares(shares: readonly number[], from: readonly number[]): number {
  return Math.max(
    0,
    shares.reduce((sum, share, bin) => sum + gain(share, from[bin] ?? 0), 0),
  );
}

function gain(share: number, from: number): number {
  return share > 0 ? share * Math.log(share / from) : 0;
}

/** Counts will do for shares. */
function normalized(shares: readonly number[]): readonly number[] {
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return whole > 0 ? shares.map((share) => share / whole) : shares;
}
