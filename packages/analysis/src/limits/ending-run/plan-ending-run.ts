import type { MetricTally } from '../tally.ts';
import type { EndingRunMetric } from './assess-ending-run.ts';
import { countOf, type EndingMetric, type EndingVerdict, isSettled } from './ending-metric.ts';

export interface PlannedMetric extends EndingMetric {
  readonly name: string;
  readonly mode: EndingRunMetric['mode'];
  /** Of `assessEndingMetric`. */
  readonly verdict: EndingVerdict;
}

export interface MeasurementPlan {
  /** Metrics to measure, or to ask for again, now. */
  readonly due: readonly string[];
  /** When the next one is due; null when nothing is left to measure. At most `nowMs` while something is due. */
  readonly nextAtMs: number | null;
}

/** After the first error; each further one in a row doubles it. */
const RETRY_MS = 10_000;
const RETRY_MAX_MS = 300_000;

/**
 * What to measure now, and when to look again. Instants are absolute and depend on what is stored alone, so that neither
 * a restart nor a second look measures anything twice. A run that has not begun measures nothing.
 */
export function planEndingRun(
  metrics: readonly PlannedMetric[],
  { startedAtMs, nowMs }: { readonly startedAtMs: number | null; readonly nowMs: number },
): MeasurementPlan {
  const isOver = metrics.some(
    ({ mode, verdict }) => mode !== 'observe' && isSettled(verdict) && verdict !== 'successful',
  );
  if (isOver) return { due: [], nextAtMs: null };
  const planned = metrics.flatMap((metric) => {
    const atMs = dueAtMs(metric, startedAtMs);
    return atMs === null ? [] : [{ name: metric.name, atMs }];
  });
  return {
    due: planned.filter(({ atMs }) => atMs <= nowMs).map(({ name }) => name),
    nextAtMs: planned.length === 0 ? null : Math.max(0, Math.min(...planned.map(({ atMs }) => atMs))),
  };
}

/** When this metric is measured next; null for never. */
function dueAtMs({ limits, tally, inFlight, verdict }: PlannedMetric, startedAtMs: number | null): number | null {
  if (isSettled(verdict)) return null;
  if (inFlight !== undefined) return inFlight.resumeAtMs ?? 0;
  const { last } = tally;
  if (last === null) {
    if (limits.initialDelayMs === undefined) return startedAtMs ?? 0;
    return startedAtMs === null ? null : startedAtMs + limits.initialDelayMs;
  }
  if (last.verdict === 'error') return last.atMs + retryMs(tally, last.retryAfterMs);
  const count = countOf(limits);
  if (count !== undefined && tally.count >= count) return null;
  return last.atMs + (limits.intervalMs ?? RETRY_MS);
}

/** Chance, which spreads many retries, is the caller's. */
function retryMs({ consecutiveErrorCount }: MetricTally, retryAfterMs = 0): number {
  const doubled = RETRY_MS * 2 ** Math.max(0, consecutiveErrorCount - 1);
  return Math.max(retryAfterMs, Math.min(RETRY_MAX_MS, doubled));
}
