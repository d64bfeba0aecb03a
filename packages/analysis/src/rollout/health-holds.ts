import type { DecisionInput } from './decision.ts';
import { breakerHolds } from './find-open-breakers.ts';
import type { FoundHold } from './found-hold.ts';

/** Where a plan says nothing else: what is left says nearly as much as all of it would. */
const LOST_SHARE_MAX = 0.05;
/** A few lost events of an hour with few are not a share. */
const LOST_COUNT_MIN = 10;

/** What SDKs say of themselves that makes the evidence worth less than it looks. */
export function healthHolds(input: DecisionInput): readonly FoundHold[] {
  return [...breakerHolds(input), ...lostEvents(input)];
}

function lostEvents({ plan, sdkHealth }: DecisionInput): readonly FoundHold[] {
  const { maxShare = LOST_SHARE_MAX, deadline } = plan.health?.lostEvents ?? {};
  const { eventCount = 0, lostEventCount = 0 } = sdkHealth ?? {};
  if (lostEventCount < LOST_COUNT_MIN || lostEventCount <= (eventCount + lostEventCount) * maxShare) return [];
  const detail = `SDKs lose more than ${Number((maxShare * 100).toFixed(4))} % of the environment's events, of whichever arm.`;
  return [{ reason: 'lost-events', source: '', detail, releasedBy: 'evidence', deadline }];
}
