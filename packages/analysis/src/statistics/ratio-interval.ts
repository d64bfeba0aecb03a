import { bisectRatio, RATIO_MAX } from './estimate-ratio.ts';
import { type LabelCounts, logEvidenceAgainst, RATIOS_DOWN, RATIOS_UP } from './label-betting.ts';

export interface RatioInterval {
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * The ratios that the evidence has not rejected, at all times: each bound fails with probability at most
 * exp(-logThreshold), ever. Null bounds are open.
 *
 * It inverts the test that kills: the lower bound is the smallest null ratio against which bets on higher ratios have
 * not reached the threshold. Both run through the same function, so the interval and the verdict cannot disagree: for
 * harm up the interval lies above 1 exactly when the evidence reaches the threshold, for harm down below 1.
 *
 * Exact when the shares of units that count keep one ratio while they grow over time; a good approximation otherwise,
 * and always exact at 1.
 */
export function ratioInterval(strata: readonly LabelCounts[], logThreshold: number): RatioInterval {
  const rejectsUpTo = (ratio: number) => logEvidenceAgainst(strata, ratio, RATIOS_UP) >= logThreshold;
  const rejectsFrom = (ratio: number) => logEvidenceAgainst(strata, ratio, RATIOS_DOWN) >= logThreshold;
  return {
    low: rejectsUpTo(1 / RATIO_MAX) ? bisectRatio(rejectsUpTo, sideOf(rejectsUpTo(1))) : null,
    high: rejectsFrom(RATIO_MAX) ? bisectRatio((ratio) => !rejectsFrom(ratio), sideOf(!rejectsFrom(1))) : null,
  };
}

/** Searching on one side of 1 keeps the bound on the side that the verdict is on, whatever the rounding. */
function sideOf(isAboveOne: boolean): { low: number; high: number } {
  return isAboveOne ? { low: 1, high: RATIO_MAX } : { low: 1 / RATIO_MAX, high: 1 };
}
