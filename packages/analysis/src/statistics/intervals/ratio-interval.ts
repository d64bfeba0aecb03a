import { bracketRoot } from '../bracket-root.ts';
import { LOG_RATIO_MAX, LOG_RATIO_TOLERANCE } from '../estimate-ratio.ts';
import { type LabelCounts, logEvidenceAgainst, RATIOS_DOWN, RATIOS_UP } from '../label-betting.ts';
import type { Interval } from './interval.ts';

/**
 * The ratios of rates that the evidence has not rejected. At all times: each bound fails with probability at most
 * exp(-logThreshold), ever.
 *
 * It inverts the test that kills: the lower bound is the largest null ratio against which bets on higher ratios have
 * reached the threshold, the upper bound its mirror image. Test and interval run through the same function, so they
 * cannot disagree: for harm up `low >= noHarm` exactly when the evidence reaches the threshold, for harm down
 * `high <= noHarm`. Restarts are not part of it (`agreeWithVerdict`).
 *
 * Exact when the shares of units that count keep one ratio while they grow over time; a good approximation otherwise,
 * and always exact at 1.
 */
export function ratioInterval(strata: readonly LabelCounts[], logThreshold: number, noHarm = 1): Interval {
  const pivot = Math.log(noHarm);
  const surplusUp = (logRatio: number) => logEvidenceAgainst(strata, Math.exp(logRatio), RATIOS_UP) - logThreshold;
  // In -ln(ratio), so that it decreases as well.
  const surplusDown = (fall: number) => logEvidenceAgainst(strata, Math.exp(-fall), RATIOS_DOWN) - logThreshold;
  const low = lastRejected(surplusUp, pivot);
  const high = lastRejected(surplusDown, -pivot);
  return { low: low === null ? null : Math.exp(low), high: high === null ? null : Math.exp(-high) };
}

/** Where a decreasing surplus of evidence ends, to the tolerance, on its rejected side; null when nowhere rejected. */
function lastRejected(surplus: (logRatio: number) => number, pivot: number): number | null {
  // On the one side of the pivot that the verdict is on, whatever the rounding.
  const atPivot = surplus(pivot);
  if (atPivot >= 0) {
    const atHigh = surplus(LOG_RATIO_MAX);
    if (atHigh >= 0) return LOG_RATIO_MAX;
    return bracketRoot(surplus, { low: pivot, high: LOG_RATIO_MAX, atLow: atPivot, atHigh }, LOG_RATIO_TOLERANCE).low;
  }
  const atLow = surplus(-LOG_RATIO_MAX);
  if (atLow < 0) return null;
  return bracketRoot(surplus, { low: -LOG_RATIO_MAX, high: pivot, atLow, atHigh: atPivot }, LOG_RATIO_TOLERANCE).low;
}
