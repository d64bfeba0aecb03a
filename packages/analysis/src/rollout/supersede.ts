import type { Decision, DecisionInput } from './decision.ts';
import { because, type CommandOf } from './moves.ts';
import { stageIndexOf } from './stage-index-of.ts';
import type { RolloutState } from './state.ts';

/**
 * A person takes the rule away from a rollout that owns it, and with it the rollout is over. Another rollout begins where
 * everybody has control, so it is served again; an edit with force serves what it says, which the same change writes.
 */
export function supersede(
  { plan, nowMs }: DecisionInput,
  state: RolloutState,
  { by, reason, replacedBy }: CommandOf<'supersede'>,
): Decision {
  const fromStageIndex = stageIndexOf(state, plan.stages.length);
  const what =
    replacedBy === undefined
      ? 'The rule was edited with force'
      : `Control is served to everyone for the rollout ${replacedBy}, which takes the rule over`;
  return {
    kind: 'supersede',
    state: { kind: 'superseded', fromStageIndex, atMs: nowMs, by },
    ...(replacedBy === undefined || state.kind === 'scheduled' ? {} : { serve: { kind: 'anchor' } }),
    reason: `${what}, by ${by.name}${because(reason)}`,
    changed: true,
  };
}
