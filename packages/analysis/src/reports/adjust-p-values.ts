/**
 * p-values of several metrics of one finished stage, raised so that each may be compared with one alpha; in the order
 * given. Not valid under repeated looks, as the p-values themselves.
 */

/** Times their number: the chance of any false alarm stays below alpha, however the metrics depend on each other. */
export function bonferroni(pValues: readonly number[]): number[] {
  return pValues.map((p) => Math.min(1, p * pValues.length));
}

/** The same promise as Bonferroni, and never larger (Holm 1979). */
export function holm(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 1);
  let highest = 0;
  ascending(pValues).forEach(({ p, index }, rank) => {
    highest = Math.max(highest, Math.min(1, p * (pValues.length - rank)));
    adjusted[index] = highest;
  });
  return adjusted;
}

/**
 * Of the metrics called different, the expected share of false ones stays below alpha, if the metrics are independent
 * or go together (Benjamini and Hochberg 1995).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const adjusted = pValues.map(() => 1);
  let lowest = 1;
  const descending = ascending(pValues).reverse();
  descending.forEach(({ p, index }, fromTop) => {
    lowest = Math.min(lowest, (p * pValues.length) / (pValues.length - fromTop));
    adjusted[index] = lowest;
  });
  return adjusted;
}

function ascending(pValues: readonly number[]): { readonly p: number; readonly index: number }[] {
  return pValues.map((p, index) => ({ p, index })).sort((one, other) => one.p - other.p);
}
