import type { Decision, DecisionInput, RolloutCommand } from './decision.ts';
import { findHolds, stageOf } from './find-holds.ts';
import type { ActiveState, Hold, KillCause, RolloutState } from './state.ts';

/** The controller looks every second or so; silent for longer than this, it was down, and nobody watched the stage. */
export const DOWNTIME_MS = 60_000;

/** Nothing changes, and that is as it should be. */
export function stay(state: RolloutState, reason: string): Decision {
  return { kind: 'hold', state, reason, changed: false };
}

/** A command that cannot be done here. */
export function refuse(state: RolloutState, reason: string): Decision {
  return { kind: 'refuse', state, reason, changed: false };
}

/** Enters a stage; the last one is where the rollout bakes. */
export function enterStage(input: DecisionInput, stageIndex: number, reason: string): Decision {
  const isFirst = stageIndex === 0;
  const isLast = stageIndex === input.plan.stages.length - 1;
  const entered: ActiveState = {
    kind: isLast ? 'baking' : 'progressing',
    stageIndex,
    stageEnteredAtMs: input.nowMs,
    holds: [],
  };
  return {
    kind: isFirst ? 'start' : isLast ? 'bake' : 'advance',
    state: { ...entered, holds: findHolds(input, entered) },
    serve: { kind: 'stage', stageIndex },
    reason,
    changed: true,
  };
}

/** The next stage, or success after the last. */
function stepUp(input: DecisionInput, state: ActiveState, why: string): Decision {
  if (state.kind === 'baking') {
    return {
      kind: 'succeed',
      state: { kind: 'succeeded', atMs: input.nowMs },
      serve: { kind: 'treatment' },
      reason: `${why} The treatment is served to everyone for good.`,
      changed: true,
    };
  }
  const next = state.stageIndex + 1;
  const from = percentAt(input, state.stageIndex);
  return enterStage(input, next, `${why} From ${from} to ${percentAt(input, next)}.`);
}

/** A look at a stage: at most one step up, and none while anything holds. */
export function lookAtStage(input: DecisionInput, state: ActiveState): Decision {
  if (wasDown(input, state)) return restartDwell(input, state);
  const holds = findHolds(input, state);
  if (holds.length === 0) return stepUp(input, state, 'Nothing holds.');
  const reason = `Held at ${percentAt(input, state.stageIndex)}. ${holds.map(({ detail }) => detail).join(' ')}`;
  if (haveSameReasons(holds, state.holds)) return stay(state, reason);
  return { kind: 'hold', state: { ...state, holds }, reason, changed: true };
}

/** One step up at a person's word, past whatever holds; the reason names what was passed. */
export function promote(input: DecisionInput, state: ActiveState, command: RolloutCommand): Decision {
  const passed = findHolds(input, state).map(({ reason }) => reason);
  const past = passed.length === 0 ? '' : `, past ${passed.join(', ')}`;
  return stepUp(input, state, `Promoted by ${command.by.name}${past}${because(command.reason)}`);
}

export function pause(input: DecisionInput, state: ActiveState, command: RolloutCommand): Decision {
  return {
    kind: 'pause',
    state: { kind: 'paused', resume: state, pausedAtMs: input.nowMs, by: command.by },
    reason: `Paused at ${percentAt(input, state.stageIndex)} by ${command.by.name}${because(command.reason)} Guards stay armed.`,
    changed: true,
  };
}

/** Goes on at the stage that was left, whose timer stood still. */
export function resume(
  input: DecisionInput,
  state: Extract<RolloutState, { kind: 'paused' }>,
  command: RolloutCommand,
): Decision {
  const pausedMs = Math.max(0, input.nowMs - state.pausedAtMs);
  const resumed = { ...state.resume, stageEnteredAtMs: state.resume.stageEnteredAtMs + pausedMs };
  return {
    kind: 'resume',
    state: { ...resumed, holds: findHolds(input, resumed) },
    reason: `Resumed by ${command.by.name}${because(command.reason)}`,
    changed: true,
  };
}

/** Serves control to everyone, from now on. */
export function kill(input: DecisionInput, fromStageIndex: number, cause: KillCause): Decision {
  return {
    kind: 'kill',
    state: { kind: 'aborting', fromStageIndex, cause, abortedAtMs: input.nowMs, revision: null },
    serve: { kind: 'anchor' },
    reason: `${describeCause(input, cause)} Control is served to everyone.`,
    changed: true,
  };
}

/** A kill is over once every connected SDK has confirmed it, or had long enough to. */
export function confirm(input: DecisionInput, state: Extract<RolloutState, { kind: 'aborting' }>): Decision {
  const { confirmation, nowMs, plan } = input;
  const { abortedAtMs, cause, fromStageIndex, revision } = state;
  // Never published: the write was lost. Serve control again rather than wait for confirmations of nothing.
  if (revision === null) return kill(input, fromStageIndex, cause);
  const { confirmedCount, connectedCount } = confirmation;
  const tally = `${confirmedCount} of ${connectedCount} connected SDKs confirmed the kill.`;
  const isOver = confirmedCount >= connectedCount || nowMs - abortedAtMs >= plan.confirmMs;
  if (!isOver) return stay(state, tally);
  return {
    kind: 'confirm',
    state: { kind: 'rolledBack', fromStageIndex, cause, atMs: nowMs, revision, confirmedCount, connectedCount },
    reason: tally,
    changed: true,
  };
}

/**
 * Whether nobody watched this stage for a while. A step raised on the strength of a dwell that nobody watched would be
 * raised blindly; and several of them, one per look, would race through what should have taken hours.
 */
function wasDown({ lastLookAtMs, nowMs }: DecisionInput, state: ActiveState): boolean {
  if (lastLookAtMs === null) return state.stageEnteredAtMs < nowMs;
  return nowMs - lastLookAtMs > DOWNTIME_MS;
}

function restartDwell(input: DecisionInput, state: ActiveState): Decision {
  const restarted = { ...state, stageEnteredAtMs: input.nowMs };
  return {
    kind: 'hold',
    state: { ...restarted, holds: findHolds(input, restarted) },
    reason: `Nobody watched this stage for a while: its time at ${percentAt(input, state.stageIndex)} starts again.`,
    changed: true,
  };
}

function haveSameReasons(some: readonly Hold[], others: readonly Hold[]): boolean {
  return some.length === others.length && some.every(({ reason }) => others.some((other) => other.reason === reason));
}

function describeCause({ assessment, command }: DecisionInput, cause: KillCause): string {
  if (cause.kind === 'command') return `Aborted by ${cause.by.name}${because(cause.reason)}`;
  const nats = `${cause.logEvidence.toFixed(2)} of ${cause.logThreshold.toFixed(2)} nats`;
  const doubt =
    assessment.sampleRatio.verdict === 'failed'
      ? ' The arms have not the sizes that were designed, so it may be wrong.'
      : '';
  const dropped = command === null || command.kind === 'abort' ? '' : ` The command to ${command.kind} came too late.`;
  return `Harm shown by ${cause.metric}, evidence ${nats}.${doubt}${dropped}`;
}

function percentAt({ plan }: DecisionInput, stageIndex: number): string {
  return `${stageOf(plan, stageIndex).treatmentPpm / 10_000} %`;
}

/** What follows the name of who did it: the reason that was given, if one was. */
export function because(reason: string): string {
  if (reason === '') return '.';
  return /[.!?]$/.test(reason) ? `: ${reason}` : `: ${reason}.`;
}
