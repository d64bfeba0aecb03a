import type { MeasurementVerdict } from './judge-measurement.ts';

/** What has become of one metric's measurements: all that its verdict and its next measurement depend on. */
export interface MetricTally {
  /** Good, bad and inconclusive ones: errors and missing data are not measurements. */
  readonly count: number;
  readonly successfulCount: number;
  readonly failedCount: number;
  readonly inconclusiveCount: number;
  readonly consecutiveSuccessCount: number;
  readonly consecutiveFailureCount: number;
  readonly consecutiveErrorCount: number;
  /** When the first of the errors in a row came; null when the last answer was none. */
  readonly erringSinceMs: number | null;
  readonly last: LastMeasurement | null;
}

export type LastMeasurement = MeasurementVerdict & {
  readonly atMs: number;
  /** What the provider asked for, after an error. */
  readonly retryAfterMs?: number;
};

/** An error in a word that stays while an outage does, where each answer has another text. */
export function wordOf(error: LastMeasurement | undefined): string {
  return error?.errorClass ?? error?.detail ?? 'unknown';
}

export const EMPTY_TALLY: MetricTally = {
  count: 0,
  successfulCount: 0,
  failedCount: 0,
  inconclusiveCount: 0,
  consecutiveSuccessCount: 0,
  consecutiveFailureCount: 0,
  consecutiveErrorCount: 0,
  erringSinceMs: null,
  last: null,
};

/** The tally with one more measurement. Missing data breaks a row of successes or errors, and never forgives failures. */
export function addMeasurement(
  tally: MetricTally,
  measured: MeasurementVerdict,
  finished: { readonly atMs: number; readonly retryAfterMs?: number },
): MetricTally {
  const { verdict } = measured;
  const one = (counted: MeasurementVerdict['verdict']) => (verdict === counted ? 1 : 0);
  const isMeasured = verdict !== 'error' && verdict !== 'no_data';
  const isError = verdict === 'error';
  return {
    count: tally.count + (isMeasured ? 1 : 0),
    successfulCount: tally.successfulCount + one('successful'),
    failedCount: tally.failedCount + one('failed'),
    inconclusiveCount: tally.inconclusiveCount + one('inconclusive'),
    consecutiveSuccessCount: verdict === 'successful' ? tally.consecutiveSuccessCount + 1 : 0,
    consecutiveFailureCount: isMeasured && verdict !== 'failed' ? 0 : tally.consecutiveFailureCount + one('failed'),
    consecutiveErrorCount: isError ? tally.consecutiveErrorCount + 1 : 0,
    erringSinceMs: isError ? (tally.erringSinceMs ?? finished.atMs) : null,
    last: { ...measured, ...finished },
  };
}
