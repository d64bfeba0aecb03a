import { intervalMsOf, type MetricLimits } from './limits.ts';
import type { MetricTally } from './tally.ts';

/** After the first error, unless the interval is shorter; each further one in a row doubles it. */
const RETRY_MS = 10_000;
/** Nobody sees harm while the provider is away: it is not left alone for longer than this unless it asks. */
const RETRY_MAX_MS = 60_000;

export interface MeasuredMetric {
  readonly limits: MetricLimits;
  readonly tally: MetricTally;
}

/**
 * When a metric is measured next. Instants are absolute and depend on what is stored alone, so that neither a restart nor
 * a second look measures anything twice. There is no last time: what is served is watched.
 */
export function nextMeasurementAtMs({ limits, tally }: MeasuredMetric, startedAtMs: number): number {
  const { last, consecutiveErrorCount } = tally;
  if (last === null) return startedAtMs + (limits.initialDelayMs ?? 0);
  const intervalMs = intervalMsOf(limits);
  if (last.verdict !== 'error') return last.atMs + intervalMs;
  const doubledMs = Math.min(RETRY_MS, intervalMs) * 2 ** Math.max(0, consecutiveErrorCount - 1);
  return last.atMs + Math.max(last.retryAfterMs ?? 0, Math.min(RETRY_MAX_MS, doubledMs));
}
