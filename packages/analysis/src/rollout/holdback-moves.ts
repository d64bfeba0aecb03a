import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import { findHolds } from './find-holds.ts';
import { isBlocking } from './hold.ts';
import { because, keepHolding, refuse, restartWaits, stay, succeed } from './moves.ts';
import type { ActiveState, RolloutState } from './state.ts';

type HeldBack = Extract<RolloutState, { kind: 'heldBack' }>;

/**
 * A look at a holdback, which ends at its time whether or not anybody watched: its end was decided with the success. Only
 * what keeps any share from rising (a freeze, a closed window, a weight that no adapter confirms) puts it off.
 */
export function endWhenOver(input: DecisionInput, state: HeldBack): Decision {
  if (input.nowMs < state.untilMs) return stay(state, 'A share of units keeps control, to be compared with.');
  const restarted = restartWaits(input, state);
  if (restarted !== null) return restarted;
  const holds = findHolds(input, state);
  if (!holds.some((hold) => isBlocking(hold, input.nowMs))) return succeed(input, 'The holdback is over.');
  return keepHolding({ state, holds, reason: `The holdback is over. ${holds.map(({ detail }) => detail).join(' ')}` });
}

export function endNow(input: DecisionInput, state: HeldBack, { by, reason }: RolloutCommand): Decision {
  const frozen = findHolds(input, state).find((hold) => hold.reason === 'freeze');
  if (frozen !== undefined) return refuse(state, `${frozen.detail} Nobody may pass that alone.`);
  return succeed(input, `The holdback was ended by ${by.name}${because(reason)}`);
}

/**
 * The stage that is served during a holdback, for what happens to it as to any stage that is served. Its longest duration
 * counts from then: what is frozen is not frozen for ever.
 */
export function stageOfHoldback({ plan, nowMs }: DecisionInput, { sinceMs }: HeldBack): ActiveState {
  const stageIndex = plan.stages.length - 1;
  return { kind: 'baking', stageIndex, stageEnteredAtMs: sinceMs, startedAtMs: nowMs, holds: [] };
}
