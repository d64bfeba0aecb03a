import { activeOf } from './active-of.ts';
import type { DecisionInput } from './decision.ts';
import { findHolds } from './find-holds.ts';
import { RUNS_ON_UNWATCHED } from './hold.ts';
import type { KillCause } from './state.ts';
import { wasDown } from './was-down.ts';

type DeadlineCause = Extract<KillCause, { kind: 'deadline' }>;

/** The deadline that has passed and says to roll back; null while there is none. */
export function findDeadline(input: DecisionInput): DeadlineCause | null {
  const { state } = input;
  const tooLong = findTooLong(input);
  if (tooLong !== null) return tooLong;
  if (state.kind === 'scheduled' || state.kind === 'heldBack') {
    // Nothing waits before its time.
    if (input.nowMs < (state.kind === 'scheduled' ? state.startAtMs : state.untilMs)) return null;
  } else if (state.kind !== 'progressing' && state.kind !== 'baking') return null;
  const isBlind = wasDown(input, state);
  const passed = findHolds(input, state).find(
    ({ reason, outcome, untilMs }) =>
      outcome === 'abort' &&
      untilMs !== null &&
      input.nowMs >= untilMs &&
      (!isBlind || RUNS_ON_UNWATCHED.includes(reason)),
  );
  if (passed === undefined) return null;
  const { reason: hold, source, detail } = passed;
  return { kind: 'deadline', hold, source, detail };
}

function findTooLong({ plan, state, nowMs }: DecisionInput): DeadlineCause | null {
  const { maxDuration } = plan;
  const active = activeOf(state);
  if (maxDuration?.then !== 'abort' || active?.startedAtMs === undefined) return null;
  if (nowMs - active.startedAtMs < maxDuration.afterMs) return null;
  const detail = `It is not over after ${maxDuration.afterMs / 1_000} s.`;
  return { kind: 'deadline', hold: 'limit', source: 'maxDuration', detail };
}
