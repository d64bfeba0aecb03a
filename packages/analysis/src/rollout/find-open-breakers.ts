import type { DecisionInput } from './decision.ts';
import type { KillCause } from './state.ts';

/** Where a plan says nothing else: one process in five that gave the treatment up. */
const OPEN_SHARE_MAX = 0.2;
/**
 * One process may be ill by itself, by its host or its connections; two are no coincidence. Where there is but one, it
 * is all that can be heard, and serves control already: a kill of what is right costs less than one that does not come.
 */
const OPEN_COUNT_MIN = 2;

/**
 * The cause for a kill where SDK processes gave the treatment up by themselves; null while too few did. It needs no
 * unit and no control, so it is no part of alpha: a shared outage opens the breakers of a healthy treatment as well.
 */
export function findOpenBreakers({ plan, sdkHealth }: DecisionInput): Extract<KillCause, { kind: 'breakers' }> | null {
  if (sdkHealth === undefined) return null;
  const { openBreakerCount: openCount, instanceCount } = sdkHealth;
  const { maxShare = OPEN_SHARE_MAX } = plan.health?.openBreakers ?? {};
  const areEnough = openCount > 0 && openCount >= Math.min(OPEN_COUNT_MIN, instanceCount);
  return areEnough && openCount / instanceCount >= maxShare ? { kind: 'breakers', openCount, instanceCount } : null;
}
