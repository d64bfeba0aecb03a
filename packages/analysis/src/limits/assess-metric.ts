import { CONSECUTIVE_ERROR_LIMIT_DEFAULT, countOf, type MetricLimits } from './limits.ts';
import type { MetricTally } from './tally.ts';

/**
 * What the limits say of one metric. `pending`: not measured yet. `no_data`: its last answer had none. `terminated`: told
 * to stop before it had a verdict. Severity is `severity` of `statistics/verdict.ts`.
 */
export type LimitsVerdict =
  | 'failed'
  | 'error'
  | 'inconclusive'
  | 'no_data'
  | 'terminated'
  | 'pending'
  | 'running'
  | 'successful';

export interface MetricAssessment {
  readonly verdict: LimitsVerdict;
  readonly detail: string;
}

/**
 * Worst first, and each beyond its limit only: failures, errors in a row, inconclusive ones. Success is earned, by enough
 * good ones in a row or by reaching the count with one good measurement at least; what is stopped earlier is
 * `terminated`, never successful.
 */
export function assessMetric(
  limits: MetricLimits,
  tally: MetricTally,
  { nowMs, isStopped }: { readonly nowMs: number; readonly isStopped: boolean },
): MetricAssessment {
  const broken = findBrokenLimit(limits, tally, nowMs);
  if (broken !== undefined) return broken;
  const { last } = tally;
  if (last?.kind === 'in-flight') return { verdict: 'running', detail: 'A measurement is under way.' };
  const earned = findEnd(limits, tally);
  if (earned !== undefined) return earned;
  if (isStopped) return { verdict: 'terminated', detail: 'It was stopped before it had a verdict.' };
  if (last === null) return { verdict: 'pending', detail: 'It was not measured yet.' };
  if (last.verdict === 'no_data') return { verdict: 'no_data', detail: 'The last measurement had no data.' };
  return { verdict: 'running', detail: `${tally.count} of ${countOf(limits) ?? 'any number of'} measurements.` };
}

/** Whether nothing more is measured after this. */
export function isSettled(verdict: LimitsVerdict): boolean {
  return verdict !== 'running' && verdict !== 'pending' && verdict !== 'no_data';
}

function findBrokenLimit(limits: MetricLimits, tally: MetricTally, nowMs: number): MetricAssessment | undefined {
  const { failureLimit = 0, failureMode = 'total', inconclusiveLimit = 0, errorBudgetMs } = limits;
  const failed = failureMode === 'total' ? tally.failedCount : tally.consecutiveFailureCount;
  if (isBeyond(failed, failureLimit)) {
    return { verdict: 'failed', detail: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  if (tally.last?.kind === 'finished' && tally.last.verdict === 'error' && tally.last.isPermanent) {
    return { verdict: 'error', detail: tally.last.detail };
  }
  if (errorBudgetMs !== undefined) {
    const erringMs = tally.erringSinceMs === null ? 0 : nowMs - tally.erringSinceMs;
    if (erringMs > errorBudgetMs) {
      return { verdict: 'error', detail: `errors for ${erringMs} ms > errorBudgetMs (${errorBudgetMs})` };
    }
  } else {
    const { consecutiveErrorLimit = CONSECUTIVE_ERROR_LIMIT_DEFAULT } = limits;
    const errors = tally.consecutiveErrorCount;
    if (isBeyond(errors, consecutiveErrorLimit)) {
      return {
        verdict: 'error',
        detail: `consecutive errors (${errors}) > consecutiveErrorLimit (${consecutiveErrorLimit})`,
      };
    }
  }
  const inconclusive = tally.inconclusiveCount;
  if (isBeyond(inconclusive, inconclusiveLimit)) {
    return {
      verdict: 'inconclusive',
      detail: `inconclusive (${inconclusive}) > inconclusiveLimit (${inconclusiveLimit})`,
    };
  }
  return undefined;
}

/** A limit below zero allows any number. */
function isBeyond(count: number, limit: number): boolean {
  return limit >= 0 && count > limit;
}

/** Success, or the end without it. */
function findEnd(limits: MetricLimits, tally: MetricTally): MetricAssessment | undefined {
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
