import { findBrokenLimit } from './broken-limit.ts';
import { COUNT_DEFAULT, intervalMsOf, type MetricLimits } from './limits.ts';
import { type MetricTally, wordOf } from './tally.ts';

/**
 * What the limits say of one metric. `pending`: not measured yet. `no_data`: its last answer had none, or is too old to
 * say anything. `running`: nothing is wrong, and nothing is earned. Severity is `severity` of `statistics/verdict.ts`.
 */
export type LimitsVerdict = 'failed' | 'error' | 'inconclusive' | 'no_data' | 'pending' | 'running' | 'successful';

export interface MetricAssessment {
  readonly verdict: LimitsVerdict;
  readonly detail: string;
  /** When its last answer came, for whoever asks what was known when; null before the first. Absent in what was stored before. */
  readonly measuredAtMs?: number | null;
}

/** An answer may take its time, and the next look a second: what is older than an interval and this was not measured. */
const LATE_MAX_MS = 90_000;

/**
 * Worst first, and each beyond its limit only: failures, errors in a row, inconclusive ones. Success is earned, by enough
 * measurements or by enough good ones in a row; and it is kept only for as long as the last answer is good and fresh: a
 * metric is measured for as long as somebody is treated, and what came after its success counts like what came before.
 */
export function assessMetric(
  limits: MetricLimits,
  tally: MetricTally,
  { nowMs }: { readonly nowMs: number },
): MetricAssessment {
  const broken = findBrokenLimit(limits, tally, nowMs);
  if (broken !== undefined) return broken;
  const { last } = tally;
  if (last === null) return { verdict: 'pending', detail: 'It was not measured yet.' };
  if (last.verdict === 'no_data') return { verdict: 'no_data', detail: `The provider has no data (${last.detail}).` };
  if (last.verdict === 'error') {
    return { verdict: 'running', detail: `The last measurement is an error: ${wordOf(last)}.` };
  }
  if (nowMs - last.atMs > intervalMsOf(limits) + LATE_MAX_MS) {
    return { verdict: 'no_data', detail: 'The last measurement is too long ago.' };
  }
  if (last.verdict !== 'successful') return { verdict: 'running', detail: 'The last measurement was not good.' };
  return hasEarned(limits, tally);
}

function hasEarned(
  { consecutiveSuccessLimit: streak, count = COUNT_DEFAULT }: MetricLimits,
  tally: MetricTally,
): MetricAssessment {
  if (streak !== undefined) {
    const isEnough = tally.consecutiveSuccessCount >= streak;
    if (isEnough) return { verdict: 'successful', detail: `${streak} or more measurements in a row were good.` };
    return { verdict: 'running', detail: `It takes ${streak} good measurements in a row.` };
  }
  if (tally.count < count) return { verdict: 'running', detail: `It takes ${count} measurements.` };
  return { verdict: 'successful', detail: `${tally.successfulCount} of ${tally.count} measurements were good.` };
}
