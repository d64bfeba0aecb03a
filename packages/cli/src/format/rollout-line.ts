import type { RolloutView } from '@tidegate/protocol';
import { describeConfirmation, describeState, outcomeOf } from './describe-state.ts';
import { formatInstant } from './text.ts';

/** One line for a log that nobody redraws. */
export function formatRolloutLine(view: RolloutView, nowMs: number): string {
  const guards = view.assessment.guards.map((guard) => `${guard.metric} ${guard.verdict}`);
  const confirmation = wasKilled(view) ? describeConfirmation(view) : undefined;
  const parts = [
    describeState(view),
    ...(guards.length === 0 ? [] : [guards.join(', ')]),
    ...(confirmation === undefined ? [] : [confirmation]),
  ];
  return `${formatInstant(nowMs)} ${view.flagKey}: ${parts.join(' | ')}`;
}

/**
 * What makes a new line worth printing: state, stage, holds, verdicts, and after a kill who has confirmed it. Counts
 * and evidence move at every look and do not.
 */
export function changeKeyOf(view: RolloutView): string {
  const verdicts = view.assessment.guards.map((guard) => guard.verdict);
  return JSON.stringify([describeState(view), verdicts, wasKilled(view) ? view.confirmation : null]);
}

function wasKilled({ state }: RolloutView): boolean {
  return state.kind === 'aborting' || outcomeOf(state) === 'killed';
}
