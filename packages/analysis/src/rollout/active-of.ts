import type { ActiveState, RolloutState } from './state.ts';

/** The stage that a rollout is in, or that it will go on with; null before the first, and once it is over. */
export function activeOf(state: RolloutState): ActiveState | null {
  if (state.kind === 'progressing' || state.kind === 'baking') return state;
  return state.kind === 'paused' || state.kind === 'frozen' ? state.resume : null;
}
