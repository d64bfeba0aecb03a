import type { Decision, DecisionInput } from './decision.ts';
import { harmOf } from './harm-of.ts';
import { because, type CommandOf, refuse } from './moves.ts';
import type { RolloutState } from './state.ts';

/** After shown harm the same treatment is not tried again in the heat of the moment. */
const RETRY_COOL_DOWN_MS = 3_600_000;

/** From the first stage, as the next attempt, which has less of alpha to spend: all attempts together keep the bound. */
export function retry(
  { nowMs }: DecisionInput,
  state: Extract<RolloutState, { kind: 'rolledBack' }>,
  { by, reason, acceptRisk }: CommandOf<'retry'>,
): Decision {
  const waitMs = harmOf(state.cause) !== null ? state.atMs + RETRY_COOL_DOWN_MS - nowMs : 0;
  if (waitMs > 0 && acceptRisk !== true) {
    const minutes = Math.ceil(waitMs / 60_000);
    return refuse(state, `Harm was shown. Retry it in ${minutes} min, or accept the risk to retry it now.`);
  }
  return {
    kind: 'retry',
    state: { kind: 'scheduled', startAtMs: nowMs },
    renews: true,
    reason: `To be tried again by ${by.name}${because(reason)} Evidence begins anew.`,
    changed: true,
  };
}
