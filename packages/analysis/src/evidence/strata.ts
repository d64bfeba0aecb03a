import type { EpochPlan } from './epoch.ts';

/**
 * Which coin a unit's label is, stage by stage.
 *
 * A unit's position is uniform over the ring and never changes; treatment at stage s is `[0, p_s)`. What is already
 * known of the position decides the coin:
 *
 *     first seen in stage s                  uniform over all that is measured         share p_s
 *     last seen as control of stage j < s    uniform over [p_j, 1)                     share (p_s - p_j) / (1 - p_j)
 *     seen in treatment before               certain to be in treatment                no coin: no evidence
 *
 * With a control sample, control in `[p, L)` reports nothing (`L` = 1 000 000 - controlSamplePpm). A unit there that a
 * later stage moves into treatment then looks new, while it may have been around for long; units at the right end that
 * were around are known. Treatment would be too frequent among the "new", and a healthy flag would look guilty. So only
 * units whose whole history is reported carry evidence: those in `[0, p_0)` and in `[L, 1 000 000)`. Without a control
 * sample that is everybody.
 *
 * A cell is a number: `((stage * (stageCount + 1)) + slot) * 2 + arm`, where the slot is 0 for new units, j + 1 for
 * former controls of stage j, and `stageCount` for units without evidence.
 */
export interface Strata {
  readonly stageCount: number;
  /** Treatment is `[0, treatmentPpm[stage])`. */
  readonly treatmentPpm: Float64Array;
  readonly cellCount: number;
  /** Positions below this carry evidence. */
  readonly evidenceBelowPpm: number;
  /** Positions at or above this carry evidence. */
  readonly evidenceFromPpm: number;
}

/** The whole ring of positions. */
const ALL_PPM = 1_000_000;

/** Cells travel as 16 bits, of which the highest values are marks; 150 stages need 45 300. */
const STAGES_MAX = 150;

export function strataOf(plan: EpochPlan): Strata {
  const stageCount = plan.stages.length;
  const first = plan.stages[0];
  if (first === undefined || stageCount > STAGES_MAX) {
    throw new Error(`An epoch has 1 to ${STAGES_MAX} stages; ${plan.rolloutId} has ${stageCount}.`);
  }
  return {
    stageCount,
    treatmentPpm: Float64Array.from(plan.stages, (stage) => stage.treatmentPpm),
    cellCount: stageCount * (stageCount + 1) * 2,
    evidenceBelowPpm: first.treatmentPpm,
    evidenceFromPpm:
      plan.controlSamplePpm === undefined
        ? first.treatmentPpm
        : Math.max(first.treatmentPpm, ALL_PPM - plan.controlSamplePpm),
  };
}

/** Whether the history of a unit at this position is reported in full, so that its label is a coin of known share. */
export function carriesEvidence(strata: Strata, positionPpm: number): boolean {
  return positionPpm < strata.evidenceBelowPpm || positionPpm >= strata.evidenceFromPpm;
}

/** The slot of units that carry no evidence: already treated, or outside what is measured in full. */
export function slotWithoutEvidence(strata: Strata): number {
  return strata.stageCount;
}

export function cellOf(strata: Strata, stage: number, slotAndArm: { slot: number; arm: number }): number {
  return (stage * (strata.stageCount + 1) + slotAndArm.slot) * 2 + slotAndArm.arm;
}

/** Whether it is the cell of a stratum with evidence, in either arm. */
export function isInStratum(strata: Strata, cell: number): boolean {
  return (cell >> 1) % (strata.stageCount + 1) !== strata.stageCount;
}

/** Whether it is the cell of treated units. */
export function isTreated(cell: number): boolean {
  return cell % 2 === 1;
}

export function stageOfCell(strata: Strata, cell: number): number {
  return Math.floor(cell / 2 / (strata.stageCount + 1));
}

/** Probability of treatment for a unit of `stage`: new there, or last seen as control of `formerControlOf`. */
export function treatmentShare(strata: Strata, stage: number, formerControlOf: number | null): number {
  const fromPpm = formerControlOf === null ? 0 : (strata.treatmentPpm[formerControlOf] ?? ALL_PPM);
  const possible = evidenceBetween(strata, fromPpm, ALL_PPM);
  const treated = evidenceBetween(strata, fromPpm, strata.treatmentPpm[stage] ?? 0);
  return possible === 0 ? 1 : treated / possible;
}

function evidenceBetween(strata: Strata, fromPpm: number, toPpm: number): number {
  const low = Math.min(toPpm, strata.evidenceBelowPpm) - fromPpm;
  const high = toPpm - Math.max(fromPpm, strata.evidenceFromPpm);
  return Math.max(0, low) + Math.max(0, high);
}
