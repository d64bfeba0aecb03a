import type { RolloutState } from '@tidegate/analysis';
import type { EarlierEvidence } from '@tidegate/analysis/rehearsal';
import type { RolloutRow } from '../../storage/storage.ts';
import { findSummary, type GatherOptions } from './gather-input.ts';

/** Rollouts of a flag that are looked through for its traffic, the newest ones. */
const ROLLOUTS_MAX = 5;
/** Rollouts that are listed to find those: more than a flag has in its life. */
const LISTED_MAX = 200;
/** Decisions of one that are looked through for its last evidence: what follows a kill or a success is few. */
const DECISIONS_MAX = 10;

/** What rollouts of the flag counted, newest first. */
export async function readEvidence(
  options: GatherOptions,
  { environment, flagKey, nowMs }: { readonly environment: string; readonly flagKey: string; readonly nowMs: number },
): Promise<readonly EarlierEvidence[]> {
  const rows = await options.storage.listRollouts(environment, { flagKey, limit: LISTED_MAX });
  const newest = rows.toSorted((one, other) => other.createdAtMs - one.createdAtMs).slice(0, ROLLOUTS_MAX);
  const found = await Promise.all(newest.map((rollout) => findEvidence(options, rollout, nowMs)));
  return found.filter((evidence) => evidence !== null);
}

/** As of now for one that runs; else what its last stage was judged by. A control sample hides how many came. */
export async function findEvidence(
  options: GatherOptions,
  rollout: RolloutRow,
  nowMs: number,
): Promise<EarlierEvidence | null> {
  const { id, plan, state } = rollout;
  if (plan.controlSamplePpm !== undefined) return null;
  const startedAtMs = startOf(state);
  if (startedAtMs !== null) {
    return { rolloutId: id, summary: await findSummary(options, rollout), elapsedMs: nowMs - startedAtMs };
  }
  const decisions = await options.storage.listDecisions(id, { limit: DECISIONS_MAX });
  for (const { input } of decisions) {
    const began = startOf(input.state);
    if (began !== null) return { rolloutId: id, summary: input.summary, elapsedMs: input.nowMs - began };
  }
  return null;
}

function startOf(state: RolloutState): number | null {
  if (state.kind === 'paused' || state.kind === 'frozen') return state.resume.startedAtMs ?? null;
  return state.kind === 'progressing' || state.kind === 'baking' ? (state.startedAtMs ?? null) : null;
}
