import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import { endNow, endWhenOver, stageOfHoldback } from './holdback-moves.ts';
import {
  approve,
  because,
  freeze,
  jump,
  lookAtStage,
  pause,
  promote,
  refuse,
  resume,
  schedule,
  startNow,
  startWhenDue,
  stay,
  unfreeze,
} from './moves.ts';
import { mayApprove, nextStageIndexOf } from './raise-holds.ts';
import { retry } from './retry.ts';
import { dropToAnchor, kill, rollBackFurther } from './rollback-moves.ts';
import type { ActiveState, Actor, KillCause, RolloutState } from './state.ts';
import { supersede } from './supersede.ts';

/**
 * Every state meets every event: a pair left out does not compile. What cannot be done is refused with a reason, and
 * leaves everything as it is. No cell of `aborting`, `rolledBack` or `cancelled` serves a stage: a kill is latched. A
 * retry schedules what begins anew; it serves nothing by itself.
 */
export type RolloutEvent =
  | RolloutCommand
  | { readonly kind: 'harm'; readonly cause: KillCause }
  | { readonly kind: 'deadline'; readonly cause: KillCause }
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

/** What serves several states alike. */
type RowOf<State> = {
  readonly [E in EventKind]: (moment: {
    readonly state: State;
    readonly event: Extract<RolloutEvent, { kind: E }>;
    readonly input: DecisionInput;
  }) => Decision;
};

export const TRANSITIONS: Transitions = {
  draft: {
    ...refusingAll('It is a draft: start it first.'),
    start: ({ event, input }) => schedule(input, event),
    abort: cancel,
  },
  scheduled: {
    ...refusingAll('It has not started: start or promote it to begin now, abort it to cancel it.'),
    look: ({ state, input }) => startWhenDue(input, state),
    harm: ({ state, input }) => startWhenDue(input, state),
    deadline: ({ event, input }) => cancelled(input, CONTROLLER, `Cancelled: ${wordsOf(event.cause)}`),
    start: ({ state, event, input }) => startNow(input, state, event),
    promote: ({ state, event, input }) => promote(input, state, event),
    approve: ({ state, event, input }) => approve(input, state, event),
    reject: ({ state, event, input }) => reject(input, state, event),
    abort: cancel,
    supersede: superseded,
  },
  progressing: activeRow(),
  baking: activeRow(),
  paused: {
    ...refusingAll('It is paused: resume it first.'),
    look: ({ state }) => stay(state, `Paused by ${state.by.name}. Guards stay armed.`),
    harm: ({ state, event, input }) => harmed(input, state.resume, event.cause),
    deadline: ({ state, event, input }) => rolledBackFrom(input, state.resume, event.cause),
    pause: ({ state }) => refuse(state, 'It is paused already.'),
    resume: ({ state, event, input }) => resume(input, state, event),
    abort: ({ state, event, input }) => abort(input, state.resume, event),
    supersede: superseded,
  },
  frozen: {
    ...refusingAll('It is frozen: unfreeze or abort it.'),
    look: ({ state }) => stay(state, 'Frozen until a person decides.'),
    harm: ({ state, event, input }) => rolledBackFrom(input, state.resume, event.cause),
    deadline: ({ state, event, input }) => rolledBackFrom(input, state.resume, event.cause),
    freeze: ({ state }) => refuse(state, 'It is frozen already.'),
    unfreeze: ({ state, event, input }) => unfreeze(input, state, event),
    abort: ({ state, event, input }) => abort(input, state.resume, event),
    supersede: superseded,
  },
  aborting: {
    ...refusingAll('It is being rolled back already. A kill is final.'),
    look: ({ state, input }) => rollBackFurther(input, state),
    harm: ({ state, input }) => rollBackFurther(input, state),
    deadline: ({ state, input }) => rollBackFurther(input, state),
    abort: ({ state, event, input }) =>
      state.lowering === undefined || event.gradual === true
        ? refuse(state, 'It is being rolled back already. A kill is final.')
        : dropToAnchor(input, state, `The rest at once, by ${event.by.name}${because(event.reason)}`),
    supersede: superseded,
  },
  heldBack: {
    ...refusingAll('It has succeeded, and a share keeps control for a while: promote it to end that, or undo it.'),
    look: ({ state, input }) => endWhenOver(input, state),
    harm: ({ state, event, input }) => harmed(input, stageOfHoldback(input, state), event.cause),
    deadline: ({ state, event, input }) => rolledBackFrom(input, stageOfHoldback(input, state), event.cause),
    promote: ({ state, event, input }) => endNow(input, state, event),
    freeze: ({ state, event, input }) => freeze(input, stageOfHoldback(input, state), commandCause(event)),
    abort: ({ state, event, input }) => abort(input, stageOfHoldback(input, state), event),
    undo,
    supersede: superseded,
  },
  succeeded: {
    ...refusingAll('It has succeeded: the treatment is served for good. Undo it to serve control again.'),
    undo,
  },
  rolledBack: {
    ...refusingAll('It is rolled back. A kill is final: retry it, or start a new rollout.'),
    retry: ({ state, event, input }) => retry(input, state, event),
  },
  cancelled: refusingAll('It was cancelled: start a new rollout.'),
  superseded: refusingAll('It was superseded, and owns its rule no more: start a new rollout.'),
};

const CONTROLLER: Actor = { kind: 'controller', id: 'controller', name: 'rollout controller' };

function activeRow(): RowOf<ActiveState> {
  return {
    ...refusingAll('It cannot do that while it runs.'),
    look: ({ state, input }) => lookAtStage(input, state),
    harm: ({ state, event, input }) => harmed(input, state, event.cause),
    deadline: ({ state, event, input }) => rolledBackFrom(input, state, event.cause),
    start: ({ state }) => refuse(state, 'It has started already.'),
    pause: ({ state, event, input }) => pause(input, state, event),
    resume: ({ state }) => refuse(state, 'It is not paused.'),
    promote: ({ state, event, input }) => promote(input, state, event),
    jump: ({ state, event, input }) => jump(input, state, event),
    approve: ({ state, event, input }) => approve(input, state, event),
    reject: ({ state, event, input }) => reject(input, state, event),
    freeze: ({ state, event, input }) => freeze(input, state, commandCause(event)),
    unfreeze: ({ state }) => refuse(state, 'It is not frozen.'),
    abort: ({ state, event, input }) => abort(input, state, event),
    supersede: superseded,
  };
}

/** Where nothing can be done, nothing changes by itself either. */
function refusingAll(reason: string): RowOf<RolloutState> {
  const refused = ({ state }: { state: RolloutState }) => refuse(state, reason);
  const unmoved = ({ state }: { state: RolloutState }) => stay(state, reason);
  return {
    look: unmoved,
    harm: unmoved,
    deadline: unmoved,
    start: refused,
    pause: refused,
    resume: refused,
    promote: refused,
    jump: refused,
    approve: refused,
    reject: refused,
    abort: refused,
    retry: refused,
    undo: refused,
    freeze: refused,
    unfreeze: refused,
    supersede: refused,
  };
}

function harmed(input: DecisionInput, state: ActiveState, cause: KillCause): Decision {
  return input.plan.onHarm === 'freeze' ? freeze(input, state, cause) : rolledBackFrom(input, state, cause);
}

function rolledBackFrom(input: DecisionInput, { stageIndex }: ActiveState, cause: KillCause): Decision {
  return kill(input, { fromStageIndex: stageIndex, cause, gradual: input.plan.gradualRollback !== undefined });
}

function abort(input: DecisionInput, { stageIndex }: ActiveState, event: Extract<RolloutCommand, { kind: 'abort' }>) {
  return kill(input, { fromStageIndex: stageIndex, cause: commandCause(event), gradual: event.gradual === true });
}

/** A no to the stage that asks: what nobody wants to go on must not wait for its deadline. */
function reject(
  input: DecisionInput,
  state: ActiveState | Extract<RolloutState, { kind: 'scheduled' }>,
  event: Extract<RolloutCommand, { kind: 'reject' }>,
): Decision {
  const stageIndex = nextStageIndexOf(state);
  const rule = input.plan.stages[stageIndex]?.approval;
  if (rule === undefined) return refuse(state, 'Nothing waits for an approval. Abort it to roll it back.');
  if (!mayApprove(input, rule, event))
    return refuse(state, `${event.by.name} (${event.role}) has no say in this approval.`);
  const words = `Stage ${stageIndex + 1} was rejected by ${event.by.name}${because(event.reason)}`;
  if (state.kind === 'scheduled') return cancelled(input, event.by, words);
  return kill(input, { fromStageIndex: state.stageIndex, cause: commandCause(event), words });
}

function undo({ event, input }: { event: RolloutCommand; input: DecisionInput }): Decision {
  const fromStageIndex = input.plan.stages.length - 1;
  const words = `Undone by ${event.by.name}${because(event.reason)}`;
  return kill(input, { fromStageIndex, cause: commandCause(event), words });
}

function superseded(moment: {
  state: RolloutState;
  event: Extract<RolloutCommand, { kind: 'supersede' }>;
  input: DecisionInput;
}): Decision {
  return supersede(moment.input, moment.state, moment.event);
}

function cancel({ event, input }: { event: RolloutCommand; input: DecisionInput }): Decision {
  return cancelled(input, event.by, `Cancelled before its start by ${event.by.name}${because(event.reason)}`);
}

function cancelled(input: DecisionInput, by: Actor, reason: string): Decision {
  return { kind: 'cancel', state: { kind: 'cancelled', atMs: input.nowMs, by }, reason, changed: true };
}

function commandCause({ by, reason }: RolloutCommand): KillCause {
  return { kind: 'command', by, reason };
}

function wordsOf(cause: KillCause): string {
  return cause.kind === 'deadline' ? `the deadline of ${cause.hold} has passed. ${cause.detail}` : 'harm was shown.';
}
