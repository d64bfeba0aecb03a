import type { RolloutState } from './state.ts';

/** The stage that a rollout is in, stopped at, or ended with; null when it never began. */
export function stageIndexOf(state: RolloutState, stageCount: number): number | null {
  switch (state.kind) {
    case 'draft':
    case 'scheduled':
    case 'cancelled':
      return null;
    case 'progressing':
    case 'baking':
      return state.stageIndex;
    case 'paused':
    case 'frozen':
      return state.resume.stageIndex;
    case 'aborting':
    case 'rolledBack':
      return state.fromStageIndex;
    case 'heldBack':
    case 'succeeded':
      return stageCount - 1;
    case 'superseded':
      return state.fromStageIndex;
    default:
      throw state satisfies never;
  }
}
