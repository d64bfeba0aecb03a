/**
 * How one alpha is shared, so that it bounds all false kills together (Bonferroni):
 *
 *     attempts     alpha × 6 / (pi² j²) for the j-th: the sum over all j is alpha, however many come
 *     treatments   in proportion to their weights
 */
export function alphaOfAttempt(alpha: number, attempt: number): number {
  return (alpha * 6) / (Math.PI * attempt) ** 2;
}

/** One alpha for each of several treatments that are compared with the same control. */
export function alphaOfTreatments(alpha: number, weights: readonly number[]): readonly number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => (alpha * weight) / total);
}
