import { bracketRoot } from '../bracket-root.ts';
import type { MeanGuard } from '../engine/engine-config.ts';
import type { MeanState, ScoreSums } from '../engine/mean-score.ts';
import { readMean } from '../engine/read-mean.ts';
import { agreeWithVerdict, type EffectIntervals, type GuardVerdict } from './interval.ts';

/** No score is so far from what a guard tolerates that it would not have been killed long before. */
const Z_MAX = 1e3;
const TOLERANCE = 1e-9;
/** Of the half width. */
const RESOLUTION = 1e-6;

/**
 * By how much treatment changes a mean, or a ratio of means, at all times from the first look on: the effects that the
 * test of the guard would not reject, were they taken off. Asymptotic, as the test is. Open before the first look.
 *
 * Strata and ticks are compared within themselves, so seasons and ramps do not blur it; the spread is that of the
 * values as they are. The ratio takes the mean of both arms together as known.
 */
export function meanIntervals(state: MeanState, guard: MeanGuard, verdict: GuardVerdict): EffectIntervals {
  const { score } = state;
  const sign = verdict.harm === 'up' ? 1 : -1;
  const perUnit = 1 / (score.weight * denominatorOf(score, guard));
  const estimate = sign * score.score * perUnit;
  const halfWidth = criticalZ(state, guard, verdict.logThreshold) * Math.sqrt(score.variance) * perUnit;
  if (state.start === null || !Number.isFinite(estimate) || !Number.isFinite(halfWidth)) {
    return { difference: UNKNOWN, ratio: UNKNOWN };
  }
  const difference = agreeWithVerdict(
    { low: estimate - halfWidth, high: estimate + halfWidth },
    { ...verdict, noHarm: 0, resolution: RESOLUTION * halfWidth },
  );
  const ratioAt = (effect: number | null) => (effect === null ? null : ratioOf(effect, score, guard));
  return {
    difference: { estimate, ...difference },
    ratio: { estimate: ratioAt(estimate), low: ratioAt(difference.low), high: ratioAt(difference.high) },
  };
}

const UNKNOWN = { estimate: null, low: null, high: null };

/** The z from which on the guard kills alone. */
function criticalZ(state: MeanState, guard: MeanGuard, logThreshold: number): number {
  const deviation = Math.sqrt(state.score.variance);
  const surplus = (slack: number) => {
    const score = { ...state.score, score: (Z_MAX - slack) * deviation };
    return readMean({ ...state, score }, { guard, margin: null, logThreshold }).logEvidence - logThreshold;
  };
  const known = { low: 0, high: Z_MAX, atLow: surplus(0), atHigh: surplus(Z_MAX) };
  if (!(known.atLow >= 0 && known.atHigh < 0)) return Number.POSITIVE_INFINITY;
  return Z_MAX - bracketRoot(surplus, known, TOLERANCE).low;
}

/** Of a ratio, the mean of the denominators, so that effects are those of the ratio. */
function denominatorOf({ sumZ, units }: ScoreSums, guard: MeanGuard): number {
  return guard.kind === 'ratio' ? sumZ / (units.control + units.treatment) : 1;
}

/** Treatment over control when they differ by `effect` around the mean of both; null when control's is not positive. */
function ratioOf(effect: number, score: ScoreSums, guard: MeanGuard): number | null {
  const total = score.units.control + score.units.treatment;
  const mean = score.sum / total / denominatorOf(score, guard);
  const share = score.units.treatment / total;
  const control = mean - share * effect;
  const ratio = (control + effect) / control;
  return mean > 0 && control > 0 && Number.isFinite(ratio) ? ratio : null;
}
