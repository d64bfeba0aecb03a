import { bracketRoot } from '../bracket-root.ts';
import { LOG_RATIO_MAX, LOG_RATIO_TOLERANCE } from '../estimate-ratio.ts';
import { type LabelCounts, logEvidenceAgainst, RATIOS_DOWN, RATIOS_UP } from '../label-betting.ts';

export interface RatioInterval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratios, strictly between the bounds, that the evidence has not rejected. At all times: each bound fails with
 * probability at most exp(-logThreshold), ever. Null bounds are open.
 *
 * It inverts the test that kills: the lower bound is the largest null ratio against which bets on higher ratios have
 * reached the threshold, the upper bound its mirror image. Test and interval run through the same function, so they
 * cannot disagree: for harm up `low >= 1` exactly when the evidence reaches the threshold, for harm down `high <= 1`.
 *
 * Exact when the shares of units that count keep one ratio while they grow over time; a good approximation otherwise,
 * and always exact at 1.
 */
export function ratioInterval(strata: readonly LabelCounts[], logThreshold: number): RatioInterval {
  const surplusUp = (logRatio: number) => logEvidenceAgainst(strata, Math.exp(logRatio), RATIOS_UP) - logThreshold;
  // In -ln(ratio), so that it decreases as well.
  const surplusDown = (fall: number) => logEvidenceAgainst(strata, Math.exp(-fall), RATIOS_DOWN) - logThreshold;
  const low = lastRejected(surplusUp);
  const high = lastRejected(surplusDown);
  return { low: low === null ? null : Math.exp(low), high: high === null ? null : Math.exp(-high) };
}

/** Where a decreasing surplus of evidence ends, to the tolerance, on its rejected side; null when nowhere rejected. */
function lastRejected(surplus: (logRatio: number) => number): number | null {
  // On the one side of 0 that the verdict is on, whatever the rounding.
  const atZero = surplus(0);
  if (atZero >= 0) {
    const atHigh = surplus(LOG_RATIO_MAX);
    if (atHigh >= 0) return LOG_RATIO_MAX;
    return bracketRoot(surplus, { low: 0, high: LOG_RATIO_MAX, atLow: atZero, atHigh }, LOG_RATIO_TOLERANCE).low;
  }
  const atLow = surplus(-LOG_RATIO_MAX);
  if (atLow < 0) return null;
  return bracketRoot(surplus, { low: -LOG_RATIO_MAX, high: 0, atLow, atHigh: atZero }, LOG_RATIO_TOLERANCE).low;
}
