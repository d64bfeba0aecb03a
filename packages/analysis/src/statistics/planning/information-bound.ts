export interface InformationBoundInput {
  readonly controlRate: number;
  readonly treatmentRate: number;
  /** Share of the units that are in treatment, in (0, 1). */
  readonly treatmentShare: number;
  readonly alpha: number;
}

/**
 * The fewest units, both arms together, that any rule needs on average to kill a flag with these rates, if it may kill
 * a harmless one with probability at most alpha and is allowed to look after every unit: ln(1/alpha) divided by the
 * information of one unit, the share-weighted Jensen-Shannon divergence of the two arms (by the data-processing
 * inequality and Wald's identity; see docs/statistics.md). Infinity when the rates are equal.
 */
export function informationBound(input: InformationBoundInput): number {
  return Math.log(1 / input.alpha) / informationPerUnit(input);
}

/** Nats of evidence that one unit brings to the best rule that knows both rates. */
function informationPerUnit(rates: Omit<InformationBoundInput, 'alpha'>): number {
  const { controlRate, treatmentRate, treatmentShare } = rates;
  const pooledRate = (1 - treatmentShare) * controlRate + treatmentShare * treatmentRate;
  return (
    (1 - treatmentShare) * divergence(controlRate, pooledRate) + treatmentShare * divergence(treatmentRate, pooledRate)
  );
}

/** Kullback-Leibler divergence of one coin from another, in nats; never negative by rounding. */
function divergence(rate: number, from: number): number {
  const of = (share: number, other: number) => (share === 0 ? 0 : share * Math.log(share / other));
  return Math.max(0, of(rate, from) + of(1 - rate, 1 - from));
}
