import type { ArmPair } from '../engine/tick.ts';
import { estimateRatio, LOG_RATIO_TOLERANCE } from '../estimate-ratio.ts';
import { agreeWithVerdict, type EffectIntervals, type GuardVerdict, type Interval } from './interval.ts';
import { ratioInterval } from './ratio-interval.ts';
import { shareInterval } from './share-interval.ts';

/** Units whose arm is a coin of one share, and those that counted. */
export interface RateStratum {
  readonly treatmentShare: number;
  readonly units: ArmPair<number>;
  readonly events: ArmPair<number>;
}

/**
 * By how much treatment changes a rate, at all times. Of the ratio each bound fails with probability at most
 * exp(-logThreshold), ever; of the difference, at most twice that.
 *
 * The ratio is exact for all laws of rates: bets on units that count hold wherever bets on all units do. The difference
 * is the ratio applied to the share of control's units that counted, as far as that is known; control is taken as it
 * was, over all strata.
 */
export function rateIntervals(
  strata: readonly RateStratum[],
  verdict: GuardVerdict & { readonly tolerance?: number },
): EffectIntervals {
  const coins = strata.filter(({ treatmentShare }) => treatmentShare > 0 && treatmentShare < 1);
  const labels = coins.map(({ treatmentShare, events }) => ({ treatmentShare, ...events }));
  const noHarm = verdict.tolerance ?? 1;
  const ratio = agreeWithVerdict(ratioInterval(labels, verdict.logThreshold, noHarm), {
    ...verdict,
    noHarm,
    resolution: noHarm * LOG_RATIO_TOLERANCE,
  });
  const estimate = estimateRatio(labels);
  const control = {
    units: coins.reduce((sum, { units }) => sum + units.control, 0),
    events: coins.reduce((sum, { events }) => sum + events.control, 0),
  };
  const rate = control.units > 0 ? control.events / control.units : null;
  return {
    ratio: { estimate, ...ratio },
    difference: {
      estimate: estimate === null || rate === null ? null : (estimate - 1) * rate,
      ...differenceOf(ratio, shareInterval(control, verdict.logThreshold)),
    },
  };
}

/** All differences of which both the ratio and control's rate are inside their intervals. */
function differenceOf(ratio: Interval, rate: Interval): Interval {
  const [rateLow, rateHigh] = [rate.low ?? 0, rate.high ?? 1];
  const lowest = (ratio.low ?? 0) - 1;
  const highest = ratio.high === null ? null : ratio.high - 1;
  return {
    low: ratio.low === null && rate.high === null ? null : lowest * (lowest >= 0 ? rateLow : rateHigh),
    high: highest === null ? null : highest * (highest >= 0 ? rateHigh : rateLow),
  };
}
