import type { RolloutPlan, RolloutState } from '@tidegate/analysis';

const FULL_PPM = 1_000_000;

/** The share that has the treatment in this state, from 0 to 1; undefined where somebody else decides what is served. */
export function servedShare(
  { stages, holdback, maxTreatmentPpm }: RolloutPlan,
  state: RolloutState,
): number | undefined {
  const shareOf = (stageIndex: number) => (stages[stageIndex]?.treatmentPpm ?? 0) / FULL_PPM;
  switch (state.kind) {
    case 'draft':
    case 'scheduled':
    case 'cancelled':
    case 'rolledBack':
      return 0;
    case 'progressing':
    case 'baking':
      return shareOf(state.stageIndex);
    case 'paused':
    case 'frozen':
      return shareOf(state.resume.stageIndex);
    case 'aborting':
      return (state.lowering?.treatmentPpm ?? 0) / FULL_PPM;
    case 'heldBack':
      return 1 - (holdback?.ppm ?? 0) / FULL_PPM;
    case 'succeeded':
      return (maxTreatmentPpm ?? FULL_PPM) / FULL_PPM;
    case 'superseded':
      return undefined;
    default:
      throw state satisfies never;
  }
}
