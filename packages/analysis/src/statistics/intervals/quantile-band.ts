import { LIMIT_MULTIPLES, limitIncrement } from '../engine/limit-bets.ts';
import { logMeanExp } from '../log-mean-exp.ts';

/** Bins, both included, between which a quantile lies. */
export interface QuantileBand {
  /** Where it is in the sample; null without observations. */
  readonly bin: number | null;
  readonly lowBin: number;
  readonly highBin: number;
}

/**
 * Where a quantile of one arm lies, at all times: each end fails with probability at most exp(-logThreshold), ever. The
 * quantile is beyond a bin when the bets of absolute limits have shown that more than 1 - q of the observations are,
 * so "p99 at most 500 ms" and the band of the p99 say the same. Exact for independent observations of one distribution.
 *
 * Tests of one quantile against every value: Howard and Ramdas 2022, "Sequential estimation of quantiles with
 * applications to A/B testing", Bernoulli 28 (3); by bets instead of their closed form, which is wider.
 */
export function quantileBand(
  bins: readonly number[],
  { quantile, logThreshold }: { readonly quantile: number; readonly logThreshold: number },
): QuantileBand {
  const units = bins.reduce((sum, count) => sum + count, 0);
  const evidence = (events: number, exponent: 1 | -1) =>
    logMeanExp(
      LIMIT_MULTIPLES.map((multiple) =>
        limitIncrement({ maxRate: 1 - quantile, multiple: multiple ** exponent, units, events }),
      ),
    );
  let beyond = units;
  let [bin, lowBin, highBin] = [bins.length - 1, 0, bins.length - 1];
  for (const [index, count] of bins.entries()) {
    beyond -= count;
    if (evidence(beyond, 1) >= logThreshold) lowBin = index + 1;
    // A rank that is a whole number of units belongs to the bin that completes it, whatever the rounding.
    if (beyond <= units * (1 - quantile) * (1 + 1e-12)) bin = Math.min(bin, index);
    if (evidence(beyond, -1) >= logThreshold) highBin = Math.min(highBin, index);
  }
  return { bin: units > 0 ? bin : null, lowBin, highBin };
}
