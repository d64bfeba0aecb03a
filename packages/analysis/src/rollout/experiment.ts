import { activeOf } from './active-of.ts';
import type { DecisionInput } from './decision.ts';
import type { FoundHold } from './found-hold.ts';
import { stageOf } from './stage-of.ts';
import type { ActiveState, KillCause } from './state.ts';

/** Whether the experiment of a stage is decided. A guard that only observes can lose it without harm being shown. */
type Verdict = 'won' | 'lost' | 'undecided';

/** The split stays until its metric is decided. A lost one asks a person, where the plan does not say to roll back. */
export function experimentHolds(input: DecisionInput, state: ActiveState): readonly FoundHold[] {
  const { experiment } = stageOf(input.plan, state.stageIndex);
  if (experiment === undefined) return [];
  const { metric, deadline } = experiment;
  const verdict = verdictOf(input, metric);
  if (verdict === 'won') return [];
  if (verdict === 'lost') {
    const detail = `The treatment has lost on ${metric}: abort it, or promote it all the same.`;
    return [{ reason: 'experiment', source: `${metric} lost`, detail, releasedBy: 'operator' }];
  }
  const detail = `The experiment on ${metric} must be decided.`;
  return [{ reason: 'experiment', source: metric, detail, releasedBy: 'evidence', deadline }];
}

/** The cause for rolling back a lost experiment; null while it is not lost, or where a person decides. */
export function findLoss(input: DecisionInput): Extract<KillCause, { kind: 'experiment' }> | null {
  const { state, plan } = input;
  // What is frozen waits for a person, whom evidence of the same kind must not overrule.
  const active = state.kind === 'frozen' ? null : activeOf(state);
  const experiment = active === null ? undefined : stageOf(plan, active.stageIndex).experiment;
  if (experiment?.onLose !== 'abort' || verdictOf(input, experiment.metric) !== 'lost') return null;
  const detail = 'Evidence shows that the treatment is worse.';
  return { kind: 'experiment', metric: experiment.metric, detail };
}

/**
 * Won when the stage's margin of harm is ruled out, or when the interval of the ratio lies on the good side of 1 as a
 * whole, which holds at any look. Lost when the guard's own evidence would kill.
 */
function verdictOf({ assessment, summary }: DecisionInput, metric: string): Verdict {
  const guard = assessment.guards.find((one) => one.metric === metric);
  if (guard?.verdict === 'failed') return 'lost';
  if (guard?.verdict === 'safe') return 'won';
  if (guard?.verdict !== 'running') return 'undecided';
  const { low, high } = guard.ratioInterval;
  const isUp = summary.guards.find((one) => one.metric === metric)?.harm !== 'down';
  const isBetter = isUp ? high !== null && high < 1 : low !== null && low > 1;
  return isBetter ? 'won' : 'undecided';
}
