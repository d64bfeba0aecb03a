import { findBrokenLimit } from '../broken-limit.ts';
import type { MetricLimits } from '../limits.ts';
import type { MetricTally } from '../tally.ts';

/**
 * The runs of Argo Rollouts, whose measuring ends: with a count that is reached, the first harm, or a word from outside.
 * Tidegate's own rollouts watch for as long as somebody is treated (`assess-metric.ts`); here is what those are held to
 * who come with the limits and the expectations of such runs, from the same tallies and the same limits.
 */
export interface EndingMetric {
  readonly limits: MetricLimits;
  readonly tally: MetricTally;
  /** A measurement that has begun, and when to ask for its answer; null for at any time. */
  readonly inFlight?: { readonly resumeAtMs: number | null };
}

/** `pending`: not measured yet. `no_data`: its last answer had none. `terminated`: stopped before it had a verdict. */
export type EndingVerdict =
  | 'failed'
  | 'error'
  | 'inconclusive'
  | 'no_data'
  | 'terminated'
  | 'pending'
  | 'running'
  | 'successful';

export interface EndingAssessment {
  readonly verdict: EndingVerdict;
  readonly detail: string;
}

/**
 * Success is earned, by enough good ones in a row or by reaching the count with one good measurement at least; what is
 * stopped earlier is `terminated`, never successful.
 */
export function assessEndingMetric(
  { limits, tally, inFlight }: EndingMetric,
  { nowMs, isStopped }: { readonly nowMs: number; readonly isStopped: boolean },
): EndingAssessment {
  const broken = findBrokenLimit(limits, tally, nowMs);
  if (broken !== undefined) return broken;
  if (inFlight !== undefined) return { verdict: 'running', detail: 'A measurement is under way.' };
  const earned = findEnd(limits, tally);
  if (earned !== undefined) return earned;
  if (isStopped) return { verdict: 'terminated', detail: 'It was stopped before it had a verdict.' };
  if (tally.last === null) return { verdict: 'pending', detail: 'It was not measured yet.' };
  if (tally.last.verdict === 'no_data') return { verdict: 'no_data', detail: 'The last measurement had no data.' };
  return { verdict: 'running', detail: `${tally.count} of ${countOf(limits) ?? 'any number of'} measurements.` };
}

/** Whether nothing more is measured after this. */
export function isSettled(verdict: EndingVerdict): boolean {
  return verdict !== 'running' && verdict !== 'pending' && verdict !== 'no_data';
}

/** How many measurements decide: one, unless there is an interval; then there is no end without a count. */
export function countOf({ count, intervalMs }: MetricLimits): number | undefined {
  return count ?? (intervalMs === undefined ? 1 : undefined);
}

/** Success, or the end without it. */
function findEnd(limits: MetricLimits, tally: MetricTally): EndingAssessment | undefined {
  const { consecutiveSuccessLimit: streak, failureLimit = 0 } = limits;
  const inRow = tally.consecutiveSuccessCount;
  if (streak !== undefined && inRow >= streak) {
    return { verdict: 'successful', detail: `consecutive successes (${inRow}) >= consecutiveSuccessLimit (${streak})` };
  }
  const count = countOf(limits);
  if (count === undefined || tally.count < count) return undefined;
  if (streak !== undefined) {
    // With failures unlimited, the row of successes was the only way to tell good from bad.
    const verdict = failureLimit < 0 ? 'failed' : 'inconclusive';
    return { verdict, detail: `All measured, and never ${streak} successes in a row.` };
  }
  if (tally.successfulCount === 0) {
    return { verdict: 'inconclusive', detail: 'All measured, and none of them successful.' };
  }
  return { verdict: 'successful', detail: `${tally.successfulCount} of ${tally.count} were successful.` };
}
