import {
  type Decision,
  type DecisionInput,
  type Hold,
  isSameHold,
  type RolloutState,
  stageIndexOf,
} from '@tidegate/analysis';
import type { Notice, NoticeKind } from '@tidegate/protocol';
import type { RolloutRow } from '../../../storage/storage.ts';
import { HOLD_IS, KIND_OF_DECISION, MEANING } from './notice-kinds.ts';

/** A decision that is about to be saved, and the rollout as it was before. */
export interface Told {
  readonly rollout: RolloutRow;
  readonly decision: Decision;
  readonly input: DecisionInput;
}

/** A notice, and where it is told once only, in words that are the same each time. */
export interface Composed {
  readonly notice: Notice;
  readonly once?: string;
}

/** What there is to tell of a decision, in order. Waits that every stage has are nobody's news. */
export function noticesOf(told: Told): readonly Composed[] {
  const { rollout, decision, input } = told;
  const before = holdsOf(input.state);
  const after = holdsOf(decision.state);
  const began = after.filter((hold) => !before.some((other) => isSameHold(hold, other)));
  // What a step leaves behind needs no telling beside the step.
  const ended =
    decision.kind === 'hold' ? before.filter((hold) => !after.some((other) => isSameHold(hold, other))) : [];
  const kind = kindOf(told);
  const at = { rollout, state: decision.state, sequence: rollout.version, atMs: input.nowMs };
  const by = input.command?.by.name ?? null;
  return [
    ...(kind === null ? [] : [{ notice: notice(at, { kind, detail: decision.reason, by, ...severityOf(told) }) }]),
    ...aboutHolds(at, 'released', ended.filter(isNews)),
    ...aboutHolds(at, 'held', began.filter(isNews)),
    ...aboutHolds(
      at,
      'approval-needed',
      began.filter(({ reason }) => HOLD_IS[reason] === 'approval'),
    ),
  ];
}

/** Of a rollout that waits for a person: a hold has outlived its deadline, and nothing but a person ends it now. */
export function stuckNotice(rollout: RolloutRow, nowMs: number): readonly Composed[] {
  const { state, version } = rollout;
  const holds = state.kind === 'paused' || state.kind === 'frozen' ? [] : holdsOf(state);
  const stuck = holds.filter(({ outcome, untilMs }) => outcome === 'hold' && untilMs !== null && untilMs <= nowMs);
  if (stuck.length === 0) return [];
  const at = { rollout, state, sequence: version - 1, atMs: nowMs };
  return [{ notice: notice(at, { kind: 'stuck', ...wordsOf(stuck) }), once: onceAStage(at, 'stuck', []) }];
}

/** What would be told if the rollout were killed where it stands. */
export function killedNotice(rollout: RolloutRow): Composed {
  const at = { rollout, state: rollout.state, sequence: rollout.version, atMs: rollout.updatedAtMs };
  return { notice: notice(at, { kind: 'killed', detail: '' }) };
}

interface Place {
  readonly rollout: RolloutRow;
  readonly state: RolloutState;
  readonly sequence: number;
  readonly atMs: number;
}

/** A wait comes and goes with the evidence: each is told once a stage. */
function aboutHolds(at: Place, kind: NoticeKind, holds: readonly Hold[]): readonly Composed[] {
  if (holds.length === 0) return [];
  return [{ notice: notice(at, { kind, ...wordsOf(holds) }), once: onceAStage(at, kind, holds) }];
}

function onceAStage({ rollout, state }: Place, kind: NoticeKind, holds: readonly Hold[]): string {
  const { attempt = 1, stages } = rollout.plan;
  const which = holds.map(({ reason, source }) => [reason, source]);
  // As JSON, which keeps apart what is told apart and has no character that a database cannot keep.
  return JSON.stringify([attempt, stageIndexOf(state, stages.length), kind, ...which]);
}

function wordsOf(holds: readonly Hold[]): Pick<Notice, 'holds' | 'detail'> {
  const told = holds.map(({ reason, source, detail }) => ({ reason, source, detail }));
  return { holds: told, detail: told.map(({ reason, detail }) => `${reason}: ${detail}`).join(' ') };
}

function isNews({ reason }: Hold): boolean {
  return HOLD_IS[reason] === 'news';
}

function kindOf({ decision, input }: Told): NoticeKind | null {
  const { kind, state } = decision;
  if (kind === 'kill' && input.state.kind === 'aborting') return null;
  const isUnconfirmed = state.kind === 'rolledBack' && state.confirmedCount < state.connectedCount;
  return kind === 'confirm' && isUnconfirmed ? 'kill-unconfirmed' : KIND_OF_DECISION[kind];
}

/** Who kills by hand is looking already. */
function severityOf({ decision: { state } }: Told): Pick<Notice, 'severity'> | undefined {
  return state.kind === 'aborting' && state.cause.kind === 'command' ? { severity: 'warning' } : undefined;
}

function holdsOf(state: RolloutState): readonly Hold[] {
  switch (state.kind) {
    case 'scheduled':
    case 'heldBack':
      return state.holds ?? [];
    case 'progressing':
    case 'baking':
      return state.holds;
    case 'paused':
    case 'frozen':
      return state.resume.holds;
    default:
      return [];
  }
}

type Said = Pick<Notice, 'kind' | 'detail'> & Partial<Pick<Notice, 'severity' | 'by' | 'holds'>>;

function notice({ rollout, state, sequence, atMs }: Place, said: Said): Notice {
  const { environment, flagKey, rule, plan } = rollout;
  const { words, ...meaning } = MEANING[said.kind];
  const stage = stageAt(plan.stages, state);
  const share = stage === null ? '' : ` at ${stage.treatmentPpm / 10_000} %`;
  return {
    ...meaning,
    by: null,
    holds: [],
    ...said,
    environment,
    rolloutId: rollout.id,
    flagKey,
    rule,
    treatment: plan.treatment,
    attempt: plan.attempt ?? 1,
    sequence,
    stage,
    title: `${flagKey} in ${environment}: ${words}${share}`,
    atMs,
  };
}

function stageAt(stages: RolloutRow['plan']['stages'], state: RolloutState): Notice['stage'] {
  const index = stageIndexOf(state, stages.length);
  const stage = index === null ? undefined : stages[index];
  if (index === null || stage === undefined) return null;
  return { number: index + 1, count: stages.length, treatmentPpm: stage.treatmentPpm };
}
