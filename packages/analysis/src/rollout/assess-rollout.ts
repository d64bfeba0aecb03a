import type { EvidenceSummary } from '../evidence/summary.ts';
import { assess } from '../statistics/assess.ts';
import type { RolloutAssessment } from '../statistics/assessment.ts';
import type { RolloutPlan, RolloutStage } from './plan.ts';
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
export function assessRollout({ plan, state, summary, toDecideOnly }: AssessedRollout): RolloutAssessment {
  const stageIndex = stageIndexOf(state, plan.stages.length) ?? 0;
  const stage: Partial<RolloutStage> & { treatmentPpm: number } = plan.stages[stageIndex] ?? { treatmentPpm: 0 };
  // An experiment is decided by what else is only to look at.
  const leavesOut = toDecideOnly === true && stage.experiment === undefined;
  const { guards, alpha } = plan;
  return assess({ summary, guards, alpha, stageIndex, stage, ...(leavesOut ? { toDecideOnly } : {}) });
}
