import { nextMeasurementAtMs } from '@tidegate/analysis/limits';
import type { MeasurementView } from '@tidegate/protocol';
import type { MeasurementsRow, RolloutRow } from '../../../storage/storage.ts';
import { assessMeasurements, runOf, startRun } from './measurement-run.ts';

/** What was last measured of each guard of a provider, as any node can tell it. */
export function viewMeasurements(
  { epoch, plan, active }: Pick<RolloutRow, 'epoch' | 'plan' | 'active'>,
  { kept, nowMs }: { readonly kept: MeasurementsRow | undefined; readonly nowMs: number },
): readonly MeasurementView[] {
  const { providerGuards: guards = [] } = plan;
  const begun = kept?.epoch === epoch ? kept : undefined;
  const run = begun === undefined ? startRun(guards, nowMs) : runOf(begun);
  const { metrics } = assessMeasurements(run, { guards, nowMs: active ? nowMs : (begun?.atMs ?? nowMs) });
  return guards.map(({ name, provider, mode = 'decide', limits }, index) => {
    const one = run.guards.find((other) => other.name === name);
    const { verdict = 'pending', detail = '' } = metrics[index] ?? {};
    const isMeasured = active && begun !== undefined && one !== undefined;
    return {
      name,
      provider,
      mode,
      verdict,
      detail,
      counts: {
        good: one?.tally.successfulCount ?? 0,
        failed: one?.tally.failedCount ?? 0,
        inconclusive: one?.tally.inconclusiveCount ?? 0,
      },
      lastAnswer: one?.lastAnswer ?? null,
      lastError: one?.lastError ?? null,
      nextAtMs: isMeasured ? nextMeasurementAtMs({ limits, tally: one.tally }, run.startedAtMs) : null,
    };
  });
}
