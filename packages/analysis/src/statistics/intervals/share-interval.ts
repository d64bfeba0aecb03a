import { bracketRoot } from '../bracket-root.ts';
import { LIMIT_MULTIPLES, limitIncrement } from '../engine/limit-bets.ts';
import { logMeanExp } from '../log-mean-exp.ts';
import type { Interval } from './interval.ts';

/** Units of one arm, and those that counted. */
export interface ShareCounts {
  readonly units: number;
  readonly events: number;
}

/** Shares below a billionth, or as near to 1, are not told apart from it. */
const LOG_SHARE_MIN = Math.log(1e-9);
const LOG_SHARE_MAX = -2e-9;
const TOLERANCE = 1e-6;

/**
 * The shares of one arm's units that the evidence has not rejected. At all times: each bound fails with probability at
 * most exp(-logThreshold), ever. It inverts the bets of absolute limits, upwards and downwards.
 *
 * Exact while the share stays one; if it moves, the lower bound is one for its highest value, the upper for its lowest.
 */
export function shareInterval({ units, events }: ShareCounts, logThreshold: number): Interval {
  const surplus = (share: number, exponent: 1 | -1) =>
    logMeanExp(
      LIMIT_MULTIPLES.map((multiple) =>
        limitIncrement({ maxRate: share, multiple: multiple ** exponent, units, events }),
      ),
    ) - logThreshold;
  const low = lastRejected((log) => surplus(Math.exp(log), 1), LOG_SHARE_MIN, LOG_SHARE_MAX);
  const high = lastRejected((fall) => surplus(Math.exp(-fall), -1), -LOG_SHARE_MAX, -LOG_SHARE_MIN);
  return { low: low === null ? null : Math.exp(low), high: high === null ? null : Math.exp(-high) };
}

/** Where a decreasing surplus ends, on its rejected side; null when nowhere rejected. */
function lastRejected(surplus: (x: number) => number, low: number, high: number): number | null {
  const atLow = surplus(low);
  if (!(atLow >= 0)) return null;
  const atHigh = surplus(high);
  if (atHigh >= 0) return high;
  return bracketRoot(surplus, { low, high, atLow, atHigh }, TOLERANCE).low;
}
