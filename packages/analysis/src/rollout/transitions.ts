import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import { because, confirm, enterStage, kill, lookAtStage, pause, promote, refuse, resume, stay } from './moves.ts';
import type { ActiveState, KillCause, RolloutState } from './state.ts';

/**
 * Every state meets every event: a pair left out does not compile. What cannot be done is refused with a reason, and
 * leaves everything as it is. No cell of `aborting`, `rolledBack` or `cancelled` serves a stage: a kill is latched.
 */
export type RolloutEvent =
  | RolloutCommand
  | { readonly kind: 'harm'; readonly cause: KillCause }
  | { readonly kind: 'look' };

export type StateKind = RolloutState['kind'];
export type EventKind = RolloutEvent['kind'];

export interface Moment<S extends StateKind, E extends EventKind> {
  readonly state: Extract<RolloutState, { kind: S }>;
  readonly event: Extract<RolloutEvent, { kind: E }>;
  readonly input: DecisionInput;
}

export type Transition<S extends StateKind, E extends EventKind> = (moment: Moment<S, E>) => Decision;

export type Transitions = { readonly [S in StateKind]: { readonly [E in EventKind]: Transition<S, E> } };

export const TRANSITIONS: Transitions = {
  scheduled: {
    look: startWhenDue,
    harm: startWhenDue,
    pause: ({ state }) => refuse(state, 'It has not started: abort it to cancel it.'),
    resume: ({ state }) => refuse(state, 'It has not started: promote it to start it now.'),
    promote: ({ event, input }) => enterStage(input, 0, `Started before its time by ${event.by.name}.`),
    abort: ({ event, input }) => ({
      kind: 'cancel',
      state: { kind: 'cancelled', atMs: input.nowMs, by: event.by },
      reason: `Cancelled before its start by ${event.by.name}${because(event.reason)}`,
      changed: true,
    }),
  },
  progressing: {
    look: ({ state, input }) => lookAtStage(input, state),
    harm: killStage,
    pause: ({ state, event, input }) => pause(input, state, event),
    resume: ({ state }) => refuse(state, 'It is not paused.'),
    promote: ({ state, event, input }) => promote(input, state, event),
    abort: abortStage,
  },
  baking: {
    look: ({ state, input }) => lookAtStage(input, state),
    harm: killStage,
    pause: ({ state, event, input }) => pause(input, state, event),
    resume: ({ state }) => refuse(state, 'It is not paused.'),
    promote: ({ state, event, input }) => promote(input, state, event),
    abort: abortStage,
  },
  paused: {
    look: ({ state }) => stay(state, `Paused by ${state.by.name}. Guards stay armed.`),
    harm: ({ state, event, input }) => kill(input, state.resume.stageIndex, event.cause),
    pause: ({ state }) => refuse(state, 'It is paused already.'),
    resume: ({ state, event, input }) => resume(input, state, event),
    promote: ({ state }) => refuse(state, 'It is paused: resume it first.'),
    abort: ({ state, event, input }) => kill(input, state.resume.stageIndex, commandCause(event)),
  },
  aborting: {
    look: ({ state, input }) => confirm(input, state),
    harm: ({ state, input }) => confirm(input, state),
    pause: refuseAfterKill,
    resume: refuseAfterKill,
    promote: refuseAfterKill,
    abort: refuseAfterKill,
  },
  succeeded: ended('It has succeeded: the treatment is served for good.'),
  rolledBack: ended('It is rolled back. A kill is final: start a new rollout.'),
  cancelled: ended('It was cancelled: start a new rollout.'),
};

function startWhenDue({
  state,
  input,
}: {
  state: { startAtMs: number } & RolloutState;
  input: DecisionInput;
}): Decision {
  if (input.nowMs < state.startAtMs) return stay(state, 'Waits for its start.');
  return enterStage(input, 0, 'Started.');
}

function killStage({ state, event, input }: { state: ActiveState; event: { cause: KillCause }; input: DecisionInput }) {
  return kill(input, state.stageIndex, event.cause);
}

function abortStage({ state, event, input }: { state: ActiveState; event: RolloutCommand; input: DecisionInput }) {
  return kill(input, state.stageIndex, commandCause(event));
}

function commandCause({ by, reason }: RolloutCommand): KillCause {
  return { kind: 'command', by, reason };
}

function refuseAfterKill({ state }: { state: RolloutState }): Decision {
  return refuse(state, 'It is being rolled back already. A kill is final.');
}

function ended(reason: string): { readonly [E in EventKind]: (moment: { state: RolloutState }) => Decision } {
  return {
    look: ({ state }) => stay(state, reason),
    harm: ({ state }) => stay(state, reason),
    pause: ({ state }) => refuse(state, reason),
    resume: ({ state }) => refuse(state, reason),
    promote: ({ state }) => refuse(state, reason),
    abort: ({ state }) => refuse(state, reason),
  };
}
