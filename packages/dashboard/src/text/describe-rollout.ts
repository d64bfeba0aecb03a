import type { RolloutView } from '@tidegate/protocol/types';
import { formatEvidence, formatPercent } from './format.ts';

type State = RolloutView['state'];

/** Where a rollout stands, in one phrase, and how worrying that is. */
export interface StateDescription {
  readonly words: string;
  readonly tone: 'good' | 'warn' | 'bad' | 'plain';
}

export function describeState({ state, plan }: Pick<RolloutView, 'state' | 'plan'>): StateDescription {
  switch (state.kind) {
    case 'draft':
      return { words: 'a draft, not started', tone: 'plain' };
    case 'scheduled':
      return { words: `scheduled for ${new Date(state.startAtMs).toLocaleString()}`, tone: 'plain' };
    case 'progressing':
      return { words: `progressing, stage ${state.stageIndex + 1} of ${plan.stages.length}`, tone: 'plain' };
    case 'heldBack':
      return { words: `succeeded: a share keeps ${plan.control} for a while`, tone: 'good' };
    case 'baking':
      return { words: 'baking at 100%: late outcomes can still kill it', tone: 'plain' };
    case 'paused':
      return { words: `paused by ${state.by.name}`, tone: 'warn' };
    case 'frozen':
      return { words: `frozen until a person decides: ${describeCause(state.cause)}`, tone: 'warn' };
    case 'aborting':
      return { words: `killed, waiting for SDKs to confirm: ${describeCause(state.cause)}`, tone: 'bad' };
    case 'rolledBack':
      return { words: `killed: ${describeCause(state.cause)}`, tone: 'bad' };
    case 'succeeded':
      return { words: `succeeded: everybody gets ${plan.treatment}`, tone: 'good' };
    case 'cancelled':
      return { words: `cancelled by ${state.by.name} before it started`, tone: 'plain' };
    case 'superseded':
      return { words: `superseded by ${state.by.name}, who took its rule`, tone: 'warn' };
    default:
      // A server may be newer than the page that a tab has open.
      return { words: (state as { readonly kind: string }).kind, tone: 'plain' };
  }
}

function describeCause(cause: Extract<State, { kind: 'aborting' }>['cause']): string {
  if (cause.kind === 'command') {
    return `aborted by ${cause.by.name}${cause.reason === '' ? '' : ` (${cause.reason})`}`;
  }
  if (cause.kind === 'deadline') return `the deadline of ${cause.hold} has passed. ${cause.detail}`;
  if (cause.kind === 'limit') return `${cause.guard} failed its limits. ${cause.detail}`;
  if (cause.kind === 'breakers') {
    return `the circuit breaker is open in ${cause.openCount} of ${cause.instanceCount} SDK processes`;
  }
  if (cause.kind === 'experiment') return `the experiment on ${cause.metric} is lost. ${cause.detail}`;
  if (cause.kind !== 'harm') return detailOf(cause);
  const evidence = `${formatEvidence(cause.logEvidence)} of ${formatEvidence(cause.logThreshold)}`;
  return `${cause.metric} is worse in treatment, evidence ${evidence}`;
}

/** A cause of a kind that this page does not know yet: in the server's words. */
function detailOf(cause: { readonly kind?: string; readonly detail?: string }): string {
  return cause.detail ?? cause.kind ?? 'for a reason that this page does not know';
}

export interface StageMark {
  readonly share: string;
  readonly mark: 'past' | 'current' | 'stopped' | 'ahead';
}

/** The stages of the plan, and where the ramp stands or was stopped. */
export function describeStages(view: Pick<RolloutView, 'state' | 'plan' | 'stageIndex'>): StageMark[] {
  const { state, plan, stageIndex } = view;
  const isKilled = state.kind === 'aborting' || state.kind === 'rolledBack';
  return plan.stages.map(({ treatmentPpm }, index) => {
    const share = formatPercent(treatmentPpm);
    if (stageIndex === null || index > stageIndex) return { share, mark: 'ahead' };
    if (index < stageIndex) return { share, mark: 'past' };
    return { share, mark: isKilled ? 'stopped' : 'current' };
  });
}

/** Who has what the rollout last published; undefined while it has published nothing. */
export function describeConfirmation({ confirmation }: Pick<RolloutView, 'confirmation'>): string | undefined {
  if (confirmation === null) return undefined;
  const { confirmedCount, connectedCount, revision } = confirmation;
  if (connectedCount === 0) return `No SDK is connected (revision ${revision}).`;
  return `${confirmedCount} of ${connectedCount} connected SDKs confirmed revision ${revision}.`;
}
