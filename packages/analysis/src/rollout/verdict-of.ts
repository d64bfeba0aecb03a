import { type HoldReason, isBlocking } from './hold.ts';
import type { RolloutState } from './state.ts';

/** What somebody outside waits for. */
export type Goal =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'rolled-back' }
  /** In this stage, or beyond it. */
  | { readonly kind: 'stage'; readonly stageIndex: number }
  /** Nothing is known that speaks against going on: for whoever takes steps of their own meanwhile. */
  | { readonly kind: 'healthy' };

/**
 * In Argo's words: it is so; it cannot become so any more; a person must decide first; or it may still become so. A kill
 * is final, so whoever waits for a success need not wait for its confirmation.
 */
type GoalVerdict = 'successful' | 'failed' | 'inconclusive' | 'running';

/** Holds that speak against the treatment, or leave nothing to judge it by; time and people's say do neither. */
const DOUBTS: readonly HoldReason[] = [
  'no-data',
  'no-outcomes',
  'metric-error',
  'sample-ratio',
  'crossover',
  'inconclusive',
  'marginal',
  'lost-events',
  'open-breakers',
  'measurement',
];

export function verdictOf({ state, stageCount }: Standing, goal: Goal, nowMs: number): GoalVerdict {
  switch (state.kind) {
    case 'draft':
    case 'scheduled':
      return 'running';
    case 'paused':
    case 'frozen':
      return isReached(state.resume.stageIndex, goal) ? 'successful' : 'inconclusive';
    case 'progressing':
    case 'baking': {
      if (goal.kind === 'stage') return isReached(state.stageIndex, goal) ? 'successful' : 'running';
      if (goal.kind !== 'healthy') return 'running';
      const isDoubted = state.holds.some((hold) => DOUBTS.includes(hold.reason) && isBlocking(hold, nowMs));
      return isDoubted ? 'running' : 'successful';
    }
    case 'heldBack':
    case 'succeeded':
      if (goal.kind === 'stage') return isReached(stageCount - 1, goal) ? 'successful' : 'failed';
      return goal.kind === 'rolled-back' ? 'failed' : 'successful';
    case 'aborting':
    case 'rolledBack':
      return goal.kind === 'rolled-back' ? 'successful' : 'failed';
    case 'cancelled':
    case 'superseded':
      return 'failed';
    default:
      throw state satisfies never;
  }
}

interface Standing {
  readonly state: RolloutState;
  readonly stageCount: number;
}

function isReached(stageIndex: number, goal: Goal): boolean {
  return goal.kind === 'stage' && stageIndex >= goal.stageIndex;
}
