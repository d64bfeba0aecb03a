import type { DecisionInput } from './decision.ts';
import { evidenceHolds } from './evidence-holds.ts';
import type { FoundHold, Held } from './found-hold.ts';
import { gateHolds } from './gate-holds.ts';
import { type Hold, isBlocking, isSameHold } from './hold.ts';
import { raiseHolds } from './raise-holds.ts';
import { stageOf } from './stage-of.ts';
import type { ActiveState } from './state.ts';
import { trafficHolds } from './traffic-holds.ts';

/**
 * Every reason not to raise exposure (or, at the last stage, not to call it a success), those whose deadline lets it go
 * on too. Each hold is found anew at each look, so it ends when its reason does; what it was held for before only keeps
 * its `sinceMs`, from which its deadline counts.
 */
export function findHolds(input: DecisionInput, state: Held): readonly Hold[] {
  const isStage = state.kind === 'progressing' || state.kind === 'baking';
  const found = isStage ? holdsOfStage(input, state) : raiseHolds(input, state);
  let holds = found.map((hold) => asHold(hold, state.holds ?? [], input.nowMs));
  for (const { findMore, beside } of ASKED_LAST) {
    if (holds.some((hold) => isBlocking(hold, input.nowMs) && !beside.includes(hold.reason))) return holds;
    const more = findMore(input, state).map((hold) => asHold(hold, state.holds ?? [], input.nowMs));
    holds = [...holds, ...more];
  }
  return holds;
}

/**
 * Each once nothing before it holds: a yes must be fresh, and weights outside the flag rise when everybody has said it. But
 * SDKs come and go, and each holds the step until it has confirmed: gates are asked beside that, or none of them would
 * ever be waited for as long as its deadline says.
 */
const ASKED_LAST: readonly { readonly findMore: FindHolds; readonly beside: readonly Hold['reason'][] }[] = [
  { findMore: gateHolds, beside: ['ack-pending'] },
  { findMore: trafficHolds, beside: [] },
];

type FindHolds = (input: DecisionInput, state: Held) => readonly FoundHold[];

/** Those that keep it from rising now. */
export function blockingHolds(input: DecisionInput, state: Held): readonly Hold[] {
  return findHolds(input, state).filter((hold) => isBlocking(hold, input.nowMs));
}

function holdsOfStage(input: DecisionInput, state: ActiveState): readonly FoundHold[] {
  const { accepted = [] } = state;
  return [stageTimer(input, state), ...evidenceHolds(input, state), ...raiseHolds(input, state)]
    .filter((hold) => hold !== null)
    .filter((hold) => !accepted.some((one) => isSameHold(one, hold)));
}

function asHold(found: FoundHold, before: readonly Hold[], nowMs: number): Hold {
  const { endsAtMs, deadline, ...hold } = found;
  const sinceMs = before.find((hold) => isSameHold(hold, found))?.sinceMs ?? nowMs;
  if (endsAtMs !== undefined) return { ...hold, sinceMs, untilMs: endsAtMs, outcome: 'ends' };
  const untilMs = deadline === undefined ? null : sinceMs + deadline.afterMs;
  return { ...hold, sinceMs, untilMs, outcome: deadline?.then ?? 'hold' };
}

function stageTimer({ plan, nowMs }: DecisionInput, state: ActiveState): FoundHold | null {
  const stayMs = state.kind === 'baking' ? plan.bakeMs : stageOf(plan, state.stageIndex).dwellMs;
  const endsAtMs = state.stageEnteredAtMs + stayMs;
  if (nowMs >= endsAtMs) return null;
  const detail = `The stage stays for ${stayMs / 1_000} s.`;
  return { reason: 'stage-timer', source: '', detail, releasedBy: 'time', endsAtMs };
}
