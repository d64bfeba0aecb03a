import type { Decision, DecisionInput } from './decision.ts';
import { because, type CommandOf } from './moves.ts';
import { stageIndexOf } from './stage-index-of.ts';
import type { RolloutState } from './state.ts';

/**
 * A person takes the rule away from a rollout that owns it, and with it the rollout is over. The rule serves what they
 * say; or control, for another rollout, which begins where everybody has that.
 */
export function supersede(
  { plan, nowMs }: DecisionInput,
  state: RolloutState,
  { by, reason, serve, replacedBy }: CommandOf<'supersede'>,
): Decision {
  const fromStageIndex = stageIndexOf(state, plan.stages.length);
  const words =
    replacedBy === undefined
      ? `${by.name} took the rule away${because(reason)}`
      : `${by.name} gave the rule to the rollout ${replacedBy}${because(reason)} Until it begins, everybody has control.`;
  return {
    kind: 'supersede',
    state: {
      kind: 'superseded',
      fromStageIndex,
      atMs: nowMs,
      by,
      ...(replacedBy === undefined ? {} : { replacedBy }),
    },
    serve: serve === undefined ? { kind: 'anchor' } : { kind: 'given', serve },
    reason: words,
    changed: true,
  };
}
