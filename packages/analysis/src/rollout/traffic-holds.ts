import type { DecisionInput } from './decision.ts';
import { raisedWeightPpm } from './due-weight.ts';
import type { FoundHold, Held } from './found-hold.ts';

/**
 * Adapters that have not confirmed the share of the next step. Asked only when nothing else holds: then, and not before,
 * is the raised weight due, and the deadline counts from there. A weight that is not known is not confirmed.
 */
export function trafficHolds({ plan, traffic = [] }: DecisionInput, state: Held): readonly FoundHold[] {
  return (plan.traffic ?? []).flatMap(({ adapter, deadline }): FoundHold[] => {
    const weightPpm = raisedWeightPpm(plan, state);
    if (traffic.find((applied) => applied.adapter === adapter)?.appliedPpm === weightPpm) return [];
    const detail = `The traffic adapter ${adapter} must confirm ${weightPpm / 10_000} % for treatment.`;
    return [{ reason: 'traffic', source: adapter, detail, releasedBy: 'traffic', deadline }];
  });
}
