import type { ProviderGuard } from '@tidegate/analysis';
import { addMeasurement, judgeMeasurement } from '@tidegate/analysis/limits';
import type { MetricResult } from '@tidegate/protocol';
import { measurementOf } from './measurement-of.ts';
import type { GuardRun, MeasurementRun } from './measurement-run.ts';

/** The run with one more answer for one of its guards. */
export function addResult(
  run: MeasurementRun,
  guard: Pick<ProviderGuard, 'name' | 'limits'>,
  answered: { readonly result: MetricResult; readonly atMs: number },
): MeasurementRun {
  const guards = run.guards.map((one) => (one.name === guard.name ? withResult(one, guard, answered) : one));
  return { ...run, guards };
}

function withResult(
  one: GuardRun,
  { limits }: Pick<ProviderGuard, 'limits'>,
  { result, atMs }: { readonly result: MetricResult; readonly atMs: number },
): GuardRun {
  const measured = judgeMeasurement(limits, measurementOf(result));
  const retryAfterMs = result.status === 'error' ? result.retryAfterMs : undefined;
  const tally = addMeasurement(one.tally, measured, retryAfterMs === undefined ? { atMs } : { atMs, retryAfterMs });
  switch (result.status) {
    case 'ok': {
      const { window, arms } = result;
      return { ...one, tally, lastAnswer: { atMs, verdict: measured.verdict, window, arms } };
    }
    case 'error':
      return { ...one, tally, lastError: { atMs, class: result.class, message: result.message } };
    case 'no_data':
      return { ...one, tally };
    default:
      throw result satisfies never;
  }
}
