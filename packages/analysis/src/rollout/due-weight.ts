import type { Held } from './found-hold.ts';
import { type Hold, isBlocking } from './hold.ts';
import type { RolloutPlan } from './plan.ts';
import { stageOf } from './stage-of.ts';
import type { RolloutState } from './state.ts';

const FULL_PPM = 1_000_000;

/**
 * The share of traffic that treatment's machines are due now. Raising, the adapter goes first: once nothing but
 * `traffic` holds the rise, the next stage's share is due although the flag serves less. Lowering, the flag goes first:
 * what it serves already is due.
 *
 *     stage 5 %, its time runs        5 %      served
 *     stage 5 %, only traffic holds   25 %     the next stage's, and the flag follows
 *     killed                          0 %      the flag serves control by now
 *
 * Null once a person took the rule to serve what they say: they say, too, what is due. For another rollout everybody has
 * control first, and no weight is left of the one before.
 */
export function dueWeightPpm(plan: RolloutPlan, state: RolloutState, nowMs: number): number | null {
  switch (state.kind) {
    case 'draft':
    case 'cancelled':
    case 'rolledBack':
      return 0;
    case 'aborting':
      return state.lowering?.treatmentPpm ?? 0;
    case 'scheduled':
      return waitsForTraffic(state.holds, nowMs) ? raisedWeightPpm(plan, state) : 0;
    case 'progressing':
    case 'baking':
      return waitsForTraffic(state.holds, nowMs)
        ? raisedWeightPpm(plan, state)
        : stageOf(plan, state.stageIndex).treatmentPpm;
    case 'paused':
    case 'frozen':
      return stageOf(plan, state.resume.stageIndex).treatmentPpm;
    case 'heldBack':
      return waitsForTraffic(state.holds, nowMs)
        ? raisedWeightPpm(plan, state)
        : raisedWeightPpm(plan, state) - (plan.holdback?.ppm ?? 0);
    case 'succeeded':
      return plan.maxTreatmentPpm ?? FULL_PPM;
    case 'superseded':
      return state.replacedBy === undefined ? null : 0;
    default:
      throw state satisfies never;
  }
}

/** What must be confirmed before the next rise; and before a success, that nothing was lost meanwhile. */
export function raisedWeightPpm(plan: RolloutPlan, state: Held): number {
  if (state.kind === 'scheduled') return stageOf(plan, 0).treatmentPpm;
  if (state.kind === 'heldBack') return plan.maxTreatmentPpm ?? FULL_PPM;
  return stageOf(plan, state.kind === 'baking' ? state.stageIndex : state.stageIndex + 1).treatmentPpm;
}

function waitsForTraffic(holds: readonly Hold[] | undefined = [], nowMs: number): boolean {
  const blocking = holds.filter((hold) => isBlocking(hold, nowMs));
  return blocking.length > 0 && blocking.every(({ reason }) => reason === 'traffic');
}
