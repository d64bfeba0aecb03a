import type { RolloutPlan, RolloutStage } from './plan.ts';

/** The most that is ever treated: also by a success, and after a holdback. */
export function capOf({ maxTreatmentPpm = FULL_PPM }: Pick<RolloutPlan, 'maxTreatmentPpm'>): number {
  return maxTreatmentPpm;
}

const FULL_PPM = 1_000_000;

/** @throws Error when the plan has no such stage: states are made from their plan, so that is our own bug. */
export function stageOf(plan: RolloutPlan, stageIndex: number): RolloutStage {
  const stage = plan.stages[stageIndex];
  if (stage === undefined)
    throw new Error(`The plan has ${plan.stages.length} stages, but the state is at ${stageIndex}.`);
  return stage;
}
