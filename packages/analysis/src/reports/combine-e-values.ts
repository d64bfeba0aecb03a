/**
 * What several e-values say together; they may depend on each other in any way. Indices are in the order given.
 */

/** Their mean is an e-value against "no metric is harmed" (Vovk and Wang 2021). Without any, 1: no evidence. */
export function meanEValue(eValues: readonly number[]): number {
  if (eValues.length === 0) return 1;
  return eValues.reduce((sum, e) => sum + e, 0) / eValues.length;
}

/** The metrics that may be called harmed when the chance of any false call is to stay below alpha. */
export function eBonferroni(eValues: readonly number[], alpha: number): number[] {
  return eValues.flatMap((e, index) => (e * alpha >= eValues.length ? [index] : []));
}

/** The same when the expected share of false calls is to stay below alpha (Wang and Ramdas 2022). */
export function eBenjaminiHochberg(eValues: readonly number[], alpha: number): number[] {
  const descending = [...eValues].sort((one, other) => other - one);
  const last = descending.findLastIndex((e, index) => e * (index + 1) * alpha >= eValues.length);
  const least = descending[last] ?? Number.POSITIVE_INFINITY;
  return eValues.flatMap((e, index) => (e >= least ? [index] : []));
}
