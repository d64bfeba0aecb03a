import { countOf } from './count-of.ts';
import type { ArmPair } from './tick.ts';

/** Rates that a bet believes in, and the one of both arms together that it bets against. */
export interface TwoByTwoRates {
  readonly control: number;
  readonly treatment: number;
  readonly pooled: number;
}

/** Rates are kept away from 0 and 1, where one surprise would cost all. */
const RATE_MIN = 1e-12;
const RATE_MAX = 0.98;

/**
 * The rates per arm at which the pooled rate is the predicted one and their ratio is `ratio`, for a bet on binary
 * outcomes that are known together with the unit.
 */
export function twoByTwoRates(of: {
  /** From earlier ticks only. */
  readonly predictedRate: number;
  readonly ratio: number;
  /** Of treatment among the units of the tick, in (0, 1). */
  readonly share: number;
}): TwoByTwoRates {
  const { predictedRate, ratio, share } = of;
  const base = predictedRate / (1 + share * (ratio - 1));
  const isCapped = ratio * base > RATE_MAX;
  const treatment = isCapped ? RATE_MAX : Math.max(ratio * base, RATE_MIN);
  const uncapped = isCapped ? (predictedRate - share * treatment) / (1 - share) : base;
  const control = Math.min(Math.max(uncapped, RATE_MIN), RATE_MAX);
  return { control, treatment, pooled: (1 - share) * control + share * treatment };
}

/**
 * ln of the two-sample e-variable of Turner, Ly and Grünwald (arXiv:2106.02693) for one tick. For units drawn
 * independently within the tick its mean is at most 1 whatever their common rate, by the inequality of the arithmetic
 * and geometric means over the two arms.
 */
export function twoByTwoIncrement(
  rates: TwoByTwoRates,
  counts: ArmPair<{ readonly units: number; readonly events: number }>,
): number {
  const event = Math.log(rates.pooled);
  const nonEvent = Math.log1p(-rates.pooled);
  let sum = 0;
  for (const [rate, { units, events }] of [
    [rates.control, counts.control],
    [rates.treatment, counts.treatment],
  ] as const) {
    const eventCount = countOf(events);
    sum += eventCount * (Math.log(rate) - event);
    sum += countOf(countOf(units) - eventCount) * (Math.log1p(-rate) - nonEvent);
  }
  return sum;
}
