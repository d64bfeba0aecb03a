import { findLimitsFlaws, type MetricLimits } from '@tidegate/analysis/limits';
import { Refusal } from '../refusal.ts';

/** Limits that can be used as they are. @throws Refusal with everything that is wrong with them. */
export function checkedLimits(limits: MetricLimits, path: string): MetricLimits {
  const flaws = findLimitsFlaws(limits).map(({ field, detail }) => `${field}: ${detail}`);
  if (flaws.length === 0) return limits;
  throw new Refusal(`${path} is refused: ${flaws.join(' ')}`);
}
