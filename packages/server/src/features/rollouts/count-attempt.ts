import type { RolloutRow } from '../../storage/storage.ts';

/** 1 for the first try of a change, and one more than the last that was rolled back since it succeeded. */
export function countAttempt(
  rollouts: readonly RolloutRow[],
  change: { readonly rule: string; readonly treatment: string },
): number {
  const tries = rollouts
    .filter(({ rule, plan }) => rule === change.rule && plan.treatment === change.treatment)
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  const success = tries.findIndex(({ state }) => state.kind === 'succeeded');
  const since = success === -1 ? tries : tries.slice(0, success);
  // A rollout that was retried counts its own attempts.
  const failed = since.filter(({ state }) => state.kind === 'rolledBack').map(({ plan }) => plan.attempt ?? 1);
  return 1 + Math.max(0, ...failed);
}
