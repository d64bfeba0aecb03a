import type { ArmCounts } from '@tidegate/analysis';

/** One-sided quantile of the normal distribution at 5 %. */
const Z_ALPHA = 1.645;

/**
 * What a dashboard would do: a two-proportion z-test at 5 % on the sums of both arms, at every look. Here to show that
 * the simulated data fool a test that is not built for looking twice.
 */
export function zTestKills(harm: 'up' | 'down', units: ArmCounts, events: ArmCounts): boolean {
  const total = units.control + units.treatment;
  const pooled = (events.control + events.treatment) / total;
  const variance = pooled * (1 - pooled) * (1 / units.control + 1 / units.treatment);
  if (!(variance > 0)) return false;
  const difference = events.treatment / units.treatment - events.control / units.control;
  return ((harm === 'up' ? 1 : -1) * difference) / Math.sqrt(variance) >= Z_ALPHA;
}
