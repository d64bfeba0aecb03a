import { nextMeasurementAtMs } from '@tidegate/analysis/limits';
import type { MeasurementView } from '@tidegate/protocol';
import type { RolloutRow, Storage } from '../../../storage/storage.ts';
import { assessMeasurements, startRun } from './measurement-run.ts';
import { runOf } from './measurements.ts';

/** What was last measured of each guard of a provider, as any node can tell it; empty where a plan has none. */
export async function viewMeasurements(
  storage: Pick<Storage, 'findMeasurements'>,
  { id, epoch, plan, active }: Pick<RolloutRow, 'id' | 'epoch' | 'plan' | 'active'>,
  nowMs: number,
): Promise<readonly MeasurementView[]> {
  const { providerGuards: guards = [] } = plan;
  if (guards.length === 0) return [];
  const kept = await storage.findMeasurements(id);
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
