/**
 * How far the share of observations up to any value may be from the truth, for all values and at all times together:
 * fails with probability at most alpha, ever. Exact for independent observations of one distribution. From 1 on it says nothing.
 *
 * Howard and Ramdas 2022, "Sequential estimation of quantiles with applications to A/B testing", Bernoulli 28 (3),
 * corollary 2: the law of the iterated logarithm for the Kolmogorov distance.
 */
export function distributionRadius(observations: number, alpha: number): number {
  if (observations < 1) return Number.POSITIVE_INFINITY;
  const nats = Math.log(Math.log(Math.E * observations)) + 0.8 * Math.log(1612 / alpha);
  return 0.85 * Math.sqrt(nats / observations);
}
