import type { SdkHealth } from '../evidence/sdk-health.ts';
import type { DecisionInput } from './decision.ts';
import type { FoundHold } from './found-hold.ts';
import type { KillCause } from './state.ts';

/** Where a plan says nothing: one process in five that gave the treatment up keeps the share from rising. */
const HOLDING_SHARE = 0.2;
/**
 * One process may be ill by itself, by its host or its connections; two are no coincidence. Where there is but one, it
 * is all that can be heard.
 */
const OPEN_COUNT_MIN = 2;

/**
 * The cause for a kill where SDK processes gave the treatment up by themselves and the plan says that this kills; null
 * while too few did. It needs no unit and no control, so it is no part of alpha: a shared outage opens the breakers of a
 * healthy treatment as well. That is why no plan has it unasked.
 */
export function findOpenBreakers(input: DecisionInput): Extract<KillCause, { kind: 'breakers' }> | null {
  const { sdkHealth, plan } = input;
  const maxShare = plan.health?.openBreakers?.maxShare;
  if (maxShare === undefined || sdkHealth === undefined || !areOpenIn(sdkHealth, maxShare)) return null;
  const { openBreakerCount: openCount, instanceCount } = sdkHealth;
  return { kind: 'breakers', openCount, instanceCount };
}

/** Where the plan says nothing of them: who gave the treatment up exposes nobody, so what is seen is the healthy rest. */
export function breakerHolds({ plan, sdkHealth }: DecisionInput): readonly FoundHold[] {
  if (plan.health?.openBreakers !== undefined || sdkHealth === undefined) return [];
  if (!areOpenIn(sdkHealth, HOLDING_SHARE)) return [];
  const detail = `The circuit breaker is open in at least ${HOLDING_SHARE * 100} % of the SDK processes.`;
  return [{ reason: 'open-breakers', source: '', detail, releasedBy: 'sdks' }];
}

function areOpenIn({ openBreakerCount, instanceCount }: SdkHealth, share: number): boolean {
  const areEnough = openBreakerCount > 0 && openBreakerCount >= Math.min(OPEN_COUNT_MIN, instanceCount);
  return areEnough && openBreakerCount / instanceCount >= share;
}
