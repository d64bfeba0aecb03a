import { CONSECUTIVE_ERROR_LIMIT_DEFAULT, type MetricLimits } from './limits.ts';
import { type MetricTally, wordOf } from './tally.ts';

/** Worst first, and each beyond its limit only: failures, errors in a row, inconclusive ones. */
export interface BrokenLimit {
  readonly verdict: 'failed' | 'error' | 'inconclusive';
  readonly detail: string;
}

export function findBrokenLimit(limits: MetricLimits, tally: MetricTally, nowMs: number): BrokenLimit | undefined {
  const { failureLimit = 0, failureMode = 'total', inconclusiveLimit = 0, errorBudgetMs } = limits;
  const failed = failureMode === 'total' ? tally.failedCount : tally.consecutiveFailureCount;
  if (isBeyond(failed, failureLimit)) {
    return { verdict: 'failed', detail: `failed (${failed}) > failureLimit (${failureLimit})` };
  }
  const error = tally.last?.verdict === 'error' ? tally.last : undefined;
  if (error?.isPermanent) return { verdict: 'error', detail: error.detail };
  if (errorBudgetMs !== undefined) {
    const erringMs = tally.erringSinceMs === null ? 0 : nowMs - tally.erringSinceMs;
    if (erringMs > errorBudgetMs) {
      return { verdict: 'error', detail: `errors for longer than errorBudgetMs (${errorBudgetMs}): ${wordOf(error)}` };
    }
  } else {
    const { consecutiveErrorLimit = CONSECUTIVE_ERROR_LIMIT_DEFAULT } = limits;
    if (isBeyond(tally.consecutiveErrorCount, consecutiveErrorLimit)) {
      const detail = `more errors in a row than consecutiveErrorLimit (${consecutiveErrorLimit}): ${wordOf(error)}`;
      return { verdict: 'error', detail };
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
