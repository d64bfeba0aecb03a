import type { RolloutView } from '@tidegate/protocol/types';
import { formatClock, formatElapsed, formatPercent } from './format.ts';

type Holds = Extract<RolloutView['state'], { kind: 'progressing' }>['holds'];
type Hold = Holds[number];

export interface NextStep {
  /** What comes, when, and on which condition. */
  readonly next: string;
  /** What it waits for now, in the server's own words; holds that this page does not know are told as they are. */
  readonly waits: readonly { readonly reason: string; readonly source: string; readonly detail: string }[];
}

/** `Next: 25% at 14:05 CET, if no guard shows harm.` with what it waits for; from the holds alone, whatever they are. */
export function describeNextStep(view: Pick<RolloutView, 'state' | 'plan'>, nowMs: number): NextStep {
  const { state, plan } = view;
  switch (state.kind) {
    case 'draft':
      return { next: 'It is a draft: nothing happens until it is started.', waits: [] };
    case 'scheduled': {
      const first = formatPercent(plan.stages[0]?.treatmentPpm ?? 0);
      const when = state.startAtMs > nowMs ? ` at ${clockOf(state.startAtMs, nowMs)}` : '';
      return { next: `Next: ${first}${when}.`, waits: waitsOf(state.holds ?? [], nowMs) };
    }
    case 'progressing':
    case 'baking': {
      const stage = plan.stages[state.stageIndex + 1];
      const what = state.kind === 'baking' || stage === undefined ? 'done' : formatPercent(stage.treatmentPpm);
      const condition = conditionOf(state.holds);
      return {
        next: `Next: ${what}${whenOf(state.holds, nowMs)}, if ${condition}.`,
        waits: waitsOf(state.holds, nowMs),
      };
    }
    case 'paused':
      return {
        next: `Nothing rises until it is resumed. Paused by ${state.by.name}; the guards stay armed.`,
        waits: [],
      };
    case 'frozen':
      return { next: 'The share stays as it is until a person decides; the guards stay armed.', waits: [] };
    case 'aborting':
      return { next: 'Control is served to everyone again. Next: the SDKs confirm it.', waits: [] };
    case 'succeeded':
      return { next: `It is over: everyone gets ${plan.treatment}.`, waits: [] };
    case 'rolledBack':
      return { next: `It is over: everyone gets ${plan.control} again.`, waits: [] };
    default:
      return { next: 'It is over.', waits: [] };
  }
}

/** When the last of the waits ends that end by themselves; nothing where another has no end that is known. */
function whenOf(holds: readonly Hold[], nowMs: number): string {
  const ends = holds.flatMap(({ outcome, untilMs }) => (outcome === 'ends' && untilMs !== null ? [untilMs] : []));
  if (holds.length === 0) return ' now';
  if (ends.length === 0) return '';
  const isKnown = holds.every(({ outcome, untilMs }) => outcome === 'ends' && untilMs !== null);
  return ` at ${clockOf(Math.max(...ends), nowMs)}${isKnown ? '' : ' at the earliest'}`;
}

/** What evidence must say for it. */
function conditionOf(holds: readonly Hold[]): string {
  const proofs = holds.filter(({ reason }) => reason === 'evidence').map(({ source }) => source);
  const harmless = 'no guard shows harm';
  return proofs.length === 0 ? harmless : `${harmless} and ${proofs.join(', ')} is proved safe`;
}

function waitsOf(holds: readonly Hold[], nowMs: number): NextStep['waits'] {
  return holds.map(({ reason, source, detail, untilMs, outcome }) => ({
    reason,
    source,
    detail: `${detail.replace(/\.$/, '')}.${deadlineOf(untilMs, outcome, nowMs)}`,
  }));
}

function deadlineOf(untilMs: number | null, outcome: Hold['outcome'], nowMs: number): string {
  if (untilMs === null) return '';
  const left = untilMs > nowMs ? `in ${formatElapsed(untilMs - nowMs)}` : 'now';
  switch (outcome) {
    case 'ends':
      return ` Ends ${left}.`;
    case 'abort':
      return ` Rolled back ${left} otherwise.`;
    case 'continue':
      return ` Goes on ${left} in any case.`;
    case 'hold':
      return ` A person has to decide ${left}.`;
    default:
      return '';
  }
}

function clockOf(atMs: number, nowMs: number): string {
  return `${formatClock(atMs)} (in ${formatElapsed(atMs - nowMs)})`;
}
