import type { Hold, KillCause, RolloutPlan, RolloutState } from '@tidegate/analysis';
import { formatPercent } from '@tidegate/analysis/quantities';
import type { RolloutView } from '@tidegate/protocol';
import { counted, formatInstant, printable } from './text.ts';

/** Where a rollout stands, in one phrase: `progressing, stage 2 of 5 (5%)`. */
export function describeState({ state, plan }: Pick<RolloutView, 'state' | 'plan'>): string {
  switch (state.kind) {
    case 'draft':
      return 'a draft, not started';
    case 'scheduled':
      return `scheduled for ${formatInstant(state.startAtMs)}${describeHolds(state.holds ?? [])}`;
    case 'progressing':
      return `progressing, ${describeStage(plan, state.stageIndex)}${describeHolds(state.holds)}`;
    case 'baking':
      return `baking at ${formatPercent(lastShareOf(plan))}, late outcomes can still kill it`;
    case 'paused':
      return `paused by ${printable(state.by.name)}, ${describeStage(plan, state.resume.stageIndex)}`;
    case 'frozen':
      return `frozen at ${describeStage(plan, state.resume.stageIndex)} until a person decides: ${describeCause(state.cause)}`;
    case 'aborting':
      if (state.lowering !== undefined) {
        return `being rolled back step by step, ${formatPercent(state.lowering.treatmentPpm)} left: ${describeCause(state.cause)}`;
      }
      return `killed, waiting for SDKs to confirm: ${describeCause(state.cause)}`;
    case 'rolledBack':
      return `killed at ${describeStage(plan, state.fromStageIndex)}: ${describeCause(state.cause)}`;
    case 'heldBack':
      return `succeeded, ${formatPercent(plan.holdback?.ppm ?? 0)} keep ${plan.control} until ${formatInstant(state.untilMs)}${describeHolds(state.holds ?? [])}`;
    case 'succeeded':
      return `succeeded: ${plan.maxTreatmentPpm === undefined ? 'everybody gets' : `${formatPercent(plan.maxTreatmentPpm)} get`} ${plan.treatment}`;
    case 'cancelled':
      return `cancelled by ${printable(state.by.name)} before it started`;
    case 'superseded':
      return `superseded by ${printable(state.by.name)}, who took its rule`;
    default:
      throw state satisfies never;
  }
}

/** `, held: approval stage 2, evidence conversion`. */
function describeHolds(holds: readonly Hold[]): string {
  if (holds.length === 0) return '';
  return `, held: ${holds.map(({ reason, source }) => printable(source === '' ? reason : `${reason} ${source}`)).join(', ')}`;
}

function lastShareOf({ stages }: RolloutPlan): number {
  return stages.at(-1)?.treatmentPpm ?? 0;
}

function describeStage(plan: RolloutPlan, stageIndex: number): string {
  const stage = plan.stages[stageIndex];
  const share = stage === undefined ? '' : ` (${formatPercent(stage.treatmentPpm)})`;
  return `stage ${stageIndex + 1} of ${plan.stages.length}${share}`;
}

function describeCause(cause: KillCause): string {
  if (cause.kind === 'command') {
    const reason = printable(cause.reason);
    return `aborted by ${printable(cause.by.name)}${reason === '' ? '' : ` (${reason})`}`;
  }
  if (cause.kind === 'deadline') return `the deadline of ${cause.hold} has passed. ${printable(cause.detail)}`;
  if (cause.kind === 'limit') return `${printable(cause.guard)} failed its limits. ${printable(cause.detail)}`;
  if (cause.kind === 'breakers') {
    return `the circuit breaker is open in ${cause.openCount} of ${cause.instanceCount} SDK processes`;
  }
  if (cause.kind === 'experiment') return `the experiment on ${cause.metric} is lost. ${printable(cause.detail)}`;
  return `${cause.metric} is worse in treatment, evidence ${formatEvidence(cause.logEvidence)} of ${formatEvidence(cause.logThreshold)}`;
}

/** Natural logarithm of an e-value. JSON says minus infinity as null. */
export function formatEvidence(logEvidence: number): string {
  return Number.isFinite(logEvidence) ? logEvidence.toFixed(2) : 'none';
}

/** How many SDKs answer from what the rollout last published; undefined while it has published nothing. */
export function describeConfirmation({ confirmation }: Pick<RolloutView, 'confirmation'>): string | undefined {
  if (confirmation === null) return undefined;
  const { confirmedCount, connectedCount, revision } = confirmation;
  if (connectedCount === 0) return `no SDK is connected (revision ${revision})`;
  return `${confirmedCount} of ${counted(connectedCount, 'connected SDK')} confirmed revision ${revision}`;
}

/** Whether a rollout ended, and how. */
export function outcomeOf(state: RolloutState): 'running' | 'succeeded' | 'killed' | 'cancelled' | 'superseded' {
  if (state.kind === 'succeeded' || state.kind === 'cancelled' || state.kind === 'superseded') return state.kind;
  // Whoever waits for the success has it: what is left gets the treatment by itself.
  if (state.kind === 'heldBack') return 'succeeded';
  return state.kind === 'rolledBack' ? 'killed' : 'running';
}
