import type { ProviderGuard } from '@tidegate/analysis';
import {
  assessMetric,
  assessRun,
  EMPTY_TALLY,
  type MeasurementVerdict,
  type MetricTally,
  type RunAssessment,
} from '@tidegate/analysis/limits';
import type { MetricWindow } from '@tidegate/protocol';
import type { MeasurementsRow } from '../../../storage/storage.ts';
import type { AnsweredArms, ErrorClass } from '../contract/metric-provider.ts';

/**
 * The measurements of a rollout's guards since its evidence began: all that their verdicts and their next measurements
 * depend on, as JSON. Whoever keeps it goes on after a restart where it stood, and measures nothing twice.
 */
export interface MeasurementRun {
  readonly startedAtMs: number;
  readonly guards: readonly GuardRun[];
}

export interface GuardRun {
  /** Of the plan's guard, which says everything else. */
  readonly name: string;
  readonly tally: MetricTally;
  /** The last one with numbers; cumulative counters may not fall below them. */
  readonly lastAnswer: GuardAnswer | null;
  readonly lastError: GuardError | null;
}

export interface GuardAnswer {
  readonly atMs: number;
  readonly verdict: MeasurementVerdict['verdict'];
  readonly window: MetricWindow;
  readonly arms: AnsweredArms;
}

export interface GuardError {
  readonly atMs: number;
  readonly class: ErrorClass;
  readonly message: string;
}

export function startRun(guards: readonly ProviderGuard[], startedAtMs: number): MeasurementRun {
  const runs = guards.map(({ name }) => ({ name, tally: EMPTY_TALLY, lastAnswer: null, lastError: null }));
  return { startedAtMs, guards: runs };
}

/** Only `Measurements` writes these rows. */
export function runOf({ run }: Pick<MeasurementsRow, 'run'>): MeasurementRun {
  return run as MeasurementRun;
}

/** What the limits say of the run now, for whoever decides. */
export function assessMeasurements(
  run: MeasurementRun,
  { guards, nowMs }: { readonly guards: readonly ProviderGuard[]; readonly nowMs: number },
): RunAssessment {
  const metrics = guards.map(({ name, mode = 'decide', limits }) => {
    const tally = run.guards.find((one) => one.name === name)?.tally ?? EMPTY_TALLY;
    return {
      name,
      mode,
      assessment: { ...assessMetric(limits, tally, { nowMs }), measuredAtMs: tally.last?.atMs ?? null },
    };
  });
  return assessRun(metrics);
}
