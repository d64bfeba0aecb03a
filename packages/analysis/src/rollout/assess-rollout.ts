import type { EvidenceSummary } from '../evidence/summary.ts';
import { assess } from '../statistics/assess.ts';
import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { RolloutPlan } from './plan.ts';
import { stageIndexOf } from './stage-index-of.ts';
import type { RolloutState } from './state.ts';

export interface AssessedRollout {
  readonly plan: RolloutPlan;
  readonly state: RolloutState;
  readonly summary: EvidenceSummary;
  /** Leaves out what nothing decides by, and what most of the work is. Never stored, never shown. */
  readonly toDecideOnly?: true;
}

/** What the evidence says of a rollout where it stands; the first stage's terms hold until one has begun. */
export function assessRollout({ plan, state, ...evidence }: AssessedRollout): RolloutAssessment {
  const stageIndex = stageIndexOf(state, plan.stages.length) ?? 0;
  const stage = plan.stages[stageIndex] ?? { treatmentPpm: 0 };
  return assess({ ...evidence, guards: plan.guards, alpha: plan.alpha, stageIndex, stage });
}
