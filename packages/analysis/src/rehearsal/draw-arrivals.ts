import type { RolloutPlan } from '../rollout/plan.ts';
import type { ArmPair } from '../statistics/engine/tick.ts';
import type { Draws } from './draws.ts';

/** Units that come for the first time while one stage is in force. */
export interface Arrivals {
  readonly stageIndex: number;
  /** Probability of treatment of those that carry evidence. */
  readonly treatmentShare: number;
  /** Those that carry evidence. */
  readonly units: ArmPair<number>;
  /** Treated ones, without and with evidence: who is exposed. */
  readonly treated: number;
}

const ALL_PPM = 1_000_000;

/**
 * Every unit is new: who returns says less, for evidence is of those whose arm was still open. With a control sample
 * only the units of the first stage and of the sample carry evidence (`evidence/strata.ts` tells why).
 */
export function drawArrivals(
  { stages, controlSamplePpm = ALL_PPM }: Pick<RolloutPlan, 'stages' | 'controlSamplePpm'>,
  { stageIndex, meanUnits }: { readonly stageIndex: number; readonly meanUnits: number },
  draws: Draws,
): Arrivals {
  const treatmentPpm = stages[stageIndex]?.treatmentPpm ?? 0;
  const belowPpm = stages[0]?.treatmentPpm ?? 0;
  const fromPpm = Math.max(belowPpm, ALL_PPM - controlSamplePpm);
  const evidencePpm = belowPpm + ALL_PPM - fromPpm;
  const treatedEvidencePpm = Math.min(treatmentPpm, belowPpm) + Math.max(0, treatmentPpm - fromPpm);
  const treatmentShare = treatedEvidencePpm / evidencePpm;
  const withEvidence = draws.poisson((meanUnits * evidencePpm) / ALL_PPM);
  const treatment = draws.binomial(withEvidence, treatmentShare);
  const others = draws.poisson((meanUnits * (treatmentPpm - treatedEvidencePpm)) / ALL_PPM);
  return {
    stageIndex,
    treatmentShare,
    units: { control: withEvidence - treatment, treatment },
    treated: treatment + others,
  };
}
