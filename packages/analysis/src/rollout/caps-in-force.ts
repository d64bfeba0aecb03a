import type { Condition, RolloutPlan } from './plan.ts';

/** What a cap makes of a share: less of it, as the stage has that they stay in; null where they are in none. */
export interface CapInForce {
  readonly condition: Condition;
  readonly treatmentPpm: number;
  readonly stageIndex: number | null;
}

/** The caps of a plan that are below a share, from the smallest up: who asks them in turn finds the smallest that holds. */
export function capsInForce({ caps = [], stages }: RolloutPlan, sharePpm: number): readonly CapInForce[] {
  return caps
    .filter(({ maxTreatmentPpm }) => maxTreatmentPpm < sharePpm)
    .toSorted((one, other) => one.maxTreatmentPpm - other.maxTreatmentPpm)
    .map(({ condition, maxTreatmentPpm: treatmentPpm }) => {
      const stageIndex = stages.findLastIndex((stage) => stage.treatmentPpm <= treatmentPpm);
      return { condition, treatmentPpm, stageIndex: stageIndex === -1 ? null : stageIndex };
    });
}
