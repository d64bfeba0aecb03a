import type { Context, CoreClient, JsonValue, Platform } from '@tidegate/sdk-core';
import { runBranch } from '@tidegate/sdk-core/complete';
import { evaluateQuietly } from './evaluate-quietly.ts';

/** Served as `variation` serves: counted, and an exposure where a rollout measures the unit. */
export interface Reported<V> {
  /** Undefined where nothing fit was served. */
  readonly value: V | undefined;
  /** Reports the outcome `EVENT:FLAG` while a rollout measures the unit, and nothing otherwise. */
  report(event: string, value: number): void;
}

export interface Asked<V extends JsonValue> {
  readonly flagKey: string;
  readonly context: Context;
  readonly isFit: (value: JsonValue) => value is V;
}

export function serveReported<V extends JsonValue>(
  core: CoreClient,
  { flagKey, context, isFit }: Asked<V>,
): Reported<V> {
  const evaluation = evaluateQuietly(core, flagKey, context);
  const { value, exposure } = evaluation;
  // What is of no use serves nothing of the flag, so nobody counts as exposed to it.
  if (value !== undefined && !isFit(value)) return { value: undefined, report: () => undefined };
  core.events.recordEvaluation(flagKey, evaluation, context);
  return {
    value,
    report(event, amount) {
      if (exposure) core.events.recordOutcome(`${event}:${flagKey}`, amount, context, [exposure.unit]);
    },
  };
}

/** Runs it, and reports how long it took under the event's name and a throw or rejection as `$error`. */
export function runReported<T>(branch: () => T, { report, monotonicMs, durationEvent = '$duration' }: Reporting): T {
  const startedMs = monotonicMs();
  return runBranch(branch, ({ failed }) => {
    report(durationEvent, monotonicMs() - startedMs);
    if (failed) report('$error', 1);
  });
}

interface Reporting extends Pick<Platform, 'monotonicMs'>, Pick<Reported<JsonValue>, 'report'> {
  /** `$duration`, as `Client.run` has it, when absent. */
  readonly durationEvent?: string;
}
