import type { RolloutPlan, RolloutStage } from './plan.ts';

/** @throws Error when the plan has no such stage: states are made from their plan, so that is our own bug. */
export function stageOf(plan: RolloutPlan, stageIndex: number): RolloutStage {
  const stage = plan.stages[stageIndex];
  if (stage === undefined)
    throw new Error(`The plan has ${plan.stages.length} stages, but the state is at ${stageIndex}.`);
  return stage;
}
