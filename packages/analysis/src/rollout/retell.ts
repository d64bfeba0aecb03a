import type { DecisionInput } from './decision.ts';
import type { FoundHold } from './found-hold.ts';
import { gateHolds } from './gate-holds.ts';
import { isSameHold } from './hold.ts';
import { measurementHolds } from './measurement-holds.ts';
import type { RolloutState } from './state.ts';

/**
 * A state as it is shown: what holds it, in the newest words of whoever is asked. Stored are the words that came first
 * with an answer, for others that come to the same are no decision. Where nothing newer is known, those.
 */
export function retell(input: Pick<DecisionInput, 'plan' | 'gates' | 'measured'>, state: RolloutState): RolloutState {
  if (!('holds' in state) || state.holds === undefined) return state;
  const isStage = state.kind === 'progressing' || state.kind === 'baking';
  const newest: readonly FoundHold[] = [
    ...(input.gates === undefined ? [] : gateHolds(input, state)),
    ...(input.measured === undefined || !isStage ? [] : measurementHolds(input, state)),
  ];
  const holds = state.holds.map((hold) => {
    const found = newest.find((one) => isSameHold(one, hold));
    return found?.said === undefined ? hold : { ...hold, detail: found.detail, said: found.said };
  });
  return { ...state, holds };
}
