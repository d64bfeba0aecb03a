import { addMeasurement, judgeMeasurement } from '@tidegate/analysis/limits';
import type { MetricResult } from '@tidegate/protocol';
import { measurementOf } from './measurement-of.ts';
import { type GuardRun, type MeasurementRun, SHOWN_MAX } from './measurement-run.ts';

/** The run with one more answer for one of its guards. */
export function addResult(
  run: MeasurementRun,
  name: string,
  { result, atMs }: { readonly result: MetricResult; readonly atMs: number },
): MeasurementRun {
  const guards = run.guards.map((one) => (one.guard.name === name ? withResult(one, result, atMs) : one));
  return { ...run, guards };
}

function withResult(one: GuardRun, result: MetricResult, atMs: number): GuardRun {
  const measured = judgeMeasurement(one.guard.limits, measurementOf(result));
  const retryAfterMs = result.status === 'error' ? result.retryAfterMs : undefined;
  const finished = retryAfterMs === undefined ? { atMs } : { atMs, retryAfterMs };
  const { verdict, detail } = measured;
  return {
    ...one,
    tally: addMeasurement(one.tally, measured, finished),
    lastArms: result.status === 'ok' ? result.arms : one.lastArms,
    shown: [...one.shown, { atMs, verdict, detail, result }].slice(-SHOWN_MAX),
  };
}
