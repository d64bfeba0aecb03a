import type { Decision, DecisionInput } from './decision.ts';
import { because, stay } from './moves.ts';
import { stageOf } from './stage-of.ts';
import type { KillCause, Lowering, RolloutState } from './state.ts';

type Aborting = Extract<RolloutState, { kind: 'aborting' }>;

/** Four steps of half a minute: long enough for caches of the old side to fill, short enough to be watched. */
const GRADUAL_DEFAULT = { steps: 4, stepMs: 30_000 };

export interface Kill {
  readonly fromStageIndex: number;
  readonly cause: KillCause;
  /** Step by step, as the plan says or by default; at once when absent. */
  readonly gradual?: boolean;
  /** How the reason begins; told by the cause when absent. */
  readonly words?: string;
}

/** Serves control to everyone, from now on; or fewer and fewer the treatment, from now on. */
export function kill(input: DecisionInput, { fromStageIndex, cause, gradual, words }: Kill): Decision {
  const aborting: Aborting = { kind: 'aborting', fromStageIndex, cause, abortedAtMs: input.nowMs, revision: null };
  const why = words ?? describeCause(input, cause);
  const { steps, stepMs } = input.plan.gradualRollback ?? GRADUAL_DEFAULT;
  if (gradual === true && steps > 1) {
    const { treatmentPpm } = stageOf(input.plan, fromStageIndex);
    const lowering = lowered({ treatmentPpm, stepsLeft: steps, nextAtMs: input.nowMs }, stepMs);
    const reason = `${why} Control comes back in ${steps} steps.`;
    return {
      kind: 'kill',
      state: { ...aborting, lowering },
      serve: serveLowered(aborting, lowering),
      reason,
      changed: true,
    };
  }
  return {
    kind: 'kill',
    state: aborting,
    serve: { kind: 'anchor' },
    reason: `${why} Control is served to everyone.`,
    changed: true,
  };
}

/** A look while control comes back: the next step down when it is due, and at the end the tally of confirmations. */
export function rollBackFurther(input: DecisionInput, state: Aborting): Decision {
  const { lowering, ...aborting } = state;
  if (lowering === undefined) return confirm(input, state);
  if (input.nowMs < lowering.nextAtMs)
    return stay(state, `${lowering.treatmentPpm / 10_000} % have the treatment still.`);
  if (lowering.stepsLeft === 1) return dropToAnchor(input, aborting, 'The last step down.');
  const { stepMs } = input.plan.gradualRollback ?? GRADUAL_DEFAULT;
  const next = lowered({ ...lowering, nextAtMs: input.nowMs }, stepMs);
  return {
    kind: 'lower',
    state: { ...aborting, lowering: next },
    serve: serveLowered(aborting, next),
    reason: `One step down, to ${next.treatmentPpm / 10_000} %.`,
    changed: true,
  };
}

/** An abort during a gradual rollback wants the rest at once. */
export function dropToAnchor(input: DecisionInput, aborting: Aborting, why: string): Decision {
  const { fromStageIndex, cause } = aborting;
  return kill(input, { fromStageIndex, cause, words: why });
}

/** A kill is over once every connected SDK has confirmed it, or had long enough to. */
function confirm(input: DecisionInput, state: Aborting): Decision {
  const { confirmation, nowMs, plan } = input;
  const { abortedAtMs, cause, fromStageIndex, revision } = state;
  // Never published: the write was lost. Serve control again rather than wait for confirmations of nothing.
  if (revision === null) return kill(input, { fromStageIndex, cause });
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

/** Equal steps: with k of them left, the share falls by one k-th of what it is. */
function lowered({ treatmentPpm, stepsLeft, nextAtMs }: Lowering, stepMs: number): Lowering {
  return {
    treatmentPpm: Math.floor((treatmentPpm * (stepsLeft - 1)) / stepsLeft),
    stepsLeft: stepsLeft - 1,
    nextAtMs: nextAtMs + stepMs,
  };
}

function serveLowered({ fromStageIndex }: Aborting, { treatmentPpm }: Lowering): NonNullable<Decision['serve']> {
  return { kind: 'lowered', stageIndex: fromStageIndex, treatmentPpm };
}

function describeCause({ assessment, command }: DecisionInput, cause: KillCause): string {
  if (cause.kind === 'command') return `Aborted by ${cause.by.name}${because(cause.reason)}`;
  if (cause.kind === 'deadline') return `The deadline of ${cause.hold} has passed: ${cause.detail}`;
  if (cause.kind === 'limit') return `${cause.guard} failed its limits: ${cause.detail}`;
  if (cause.kind === 'breakers')
    return `The circuit breaker is open in ${cause.openCount} of ${cause.instanceCount} SDK processes.`;
  if (cause.kind === 'experiment') return `The experiment on ${cause.metric} is lost: ${cause.detail}`;
  const nats = `${cause.logEvidence.toFixed(2)} of ${cause.logThreshold.toFixed(2)} nats`;
  const doubt =
    assessment.sampleRatio.verdict === 'failed'
      ? ' The arms have not the sizes that were designed, so it may be wrong.'
      : '';
  const dropped = command === null || command.kind === 'abort' ? '' : ` The command to ${command.kind} came too late.`;
  return `Harm shown by ${cause.metric}, evidence ${nats}.${doubt}${dropped}`;
}
