import {
  assessMetric,
  assessRun,
  EMPTY_TALLY,
  type MetricLimits,
  type MetricTally,
  type RunAssessment,
} from '@tidegate/analysis/limits';
import type { ArmVariants, MetricQuery, MetricResult } from '@tidegate/protocol';
import type { AnsweredArms } from '../contract/metric-provider.ts';

/** A metric of a provider that is measured again and again, and what its numbers are held to. */
export interface ProviderGuard {
  readonly name: string;
  /** The provider's key in the environment. */
  readonly provider: string;
  readonly query: MetricQuery;
  readonly arms: ArmVariants;
  readonly limits: MetricLimits;
  /** As `RunMetric` has it. */
  readonly mode: 'decide' | 'observe' | 'sample';
}

/**
 * The measurements of some guards since an instant: all that their verdict and their next measurement depend on, as
 * JSON. Whoever keeps it goes on after a restart where it stood, and measures nothing twice.
 */
export interface MeasurementRun {
  readonly environment: string;
  readonly startedAtMs: number;
  readonly guards: readonly GuardRun[];
}

export interface GuardRun {
  readonly guard: ProviderGuard;
  readonly tally: MetricTally;
  /** Of the last answer with numbers: cumulative counters may not fall below. */
  readonly lastArms: AnsweredArms | null;
  /** Newest last, at most `SHOWN_MAX`: what to show, and nothing that decides. */
  readonly shown: readonly ShownMeasurement[];
}

export interface ShownMeasurement {
  readonly atMs: number;
  readonly verdict: string;
  readonly detail: string;
  readonly result: MetricResult;
}

/** The measurements of an hour, at the usual five minutes. */
export const SHOWN_MAX = 12;

export function startRun(
  guards: readonly ProviderGuard[],
  { environment, startedAtMs }: Pick<MeasurementRun, 'environment' | 'startedAtMs'>,
): MeasurementRun {
  const runs = guards.map((guard) => ({ guard, tally: EMPTY_TALLY, lastArms: null, shown: [] }));
  return { environment, startedAtMs, guards: runs };
}

/** What the limits say of the run now, for whoever decides. */
export function assessMeasurements(
  run: MeasurementRun,
  now: { readonly nowMs: number; readonly isStopped: boolean; readonly asking: ReadonlySet<string> },
): RunAssessment {
  const metrics = run.guards.map(({ guard: { name, mode, limits }, tally }) => ({
    name,
    mode,
    assessment: assessMetric(limits, tally, now),
    isInFlight: now.asking.has(name),
  }));
  return assessRun(metrics, now);
}
