import type { LimitGuard } from '../engine/engine-config.ts';
import { agreeWithVerdict, type EstimatedInterval, type GuardVerdict } from './interval.ts';
import { type ShareCounts, shareInterval } from './share-interval.ts';

/**
 * The share of treated units that counts, at all times, to hold against the limit: the lower bound is at or above it
 * exactly when the guard says that it is passed. Exact while the share stays one (`shareInterval`).
 */
export function limitInterval(
  counts: ShareCounts,
  verdict: Omit<GuardVerdict, 'harm'> & Pick<LimitGuard, 'maxRate'>,
): EstimatedInterval {
  const interval = agreeWithVerdict(shareInterval(counts, verdict.logThreshold), {
    harm: 'up',
    isHarmShown: verdict.isHarmShown,
    noHarm: verdict.maxRate,
    resolution: verdict.maxRate * RESOLUTION,
  });
  return { estimate: counts.units > 0 ? counts.events / counts.units : null, ...interval };
}

const RESOLUTION = 1e-6;
