import type { RolloutRow } from '../../storage/storage.ts';

/** 1 for the first try of a change, and one more for each rollback of it since it last succeeded. */
export function countAttempt(
  rollouts: readonly RolloutRow[],
  change: { readonly rule: string; readonly treatment: string },
): number {
  const tries = rollouts
    .filter(({ rule, plan }) => rule === change.rule && plan.treatment === change.treatment)
    .toSorted((one, other) => other.createdAtMs - one.createdAtMs);
  const success = tries.findIndex(({ state }) => state.kind === 'succeeded');
  const since = success === -1 ? tries : tries.slice(0, success);
  return 1 + since.filter(({ state }) => state.kind === 'rolledBack').length;
}
