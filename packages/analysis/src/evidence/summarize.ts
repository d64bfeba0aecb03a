import type { EpochEvidence } from './epoch-evidence.ts';
import { type EvidenceState, epochKey } from './evidence-state.ts';
import { cellOf, treatmentShare } from './strata.ts';
import type { ArmCounts, EvidenceSummary, StratumSummary } from './summary.ts';

/** The sufficient statistics of an open epoch; undefined when it is not open (not yet, or no more). */
export function summarize(state: EvidenceState, rolloutId: string, epoch: number): EvidenceSummary | undefined {
  const evidence = state.epochs.get(epochKey(rolloutId, epoch));
  if (evidence === undefined) return undefined;
  const { counts, plan, table, waiting } = evidence;
  return {
    rolloutId,
    epoch,
    guards: plan.guards.map(({ key, harm }) => ({ metric: key, harm })),
    strata: listStrata(evidence),
    crossoverCount: counts.crossoverUnits,
    unmatchedOutcomeCount: counts.unmatchedOutcomes,
    waitingOutcomeCount: waiting.count,
    browserUnitCount: counts.browserUnits,
    unitCount: table.rowCount,
    lastExposureAtMs: counts.lastExposureAtMs,
    newestRecordAtMs: state.nowMs,
  };
}

/** Strata that have units, by stage; within a stage new units first, then former controls by their stage. */
function listStrata(evidence: EpochEvidence): readonly StratumSummary[] {
  const strata: StratumSummary[] = [];
  for (let stageIndex = 0; stageIndex < evidence.strata.stageCount; stageIndex++) {
    for (let slot = 0; slot <= stageIndex; slot++) {
      const units = countsOf(evidence, { stageIndex, slot, sums: evidence.units, width: 1, offset: 0 });
      if (units.control + units.treatment === 0) continue;
      const formerControlOf = slot === 0 ? null : slot - 1;
      strata.push({
        stageIndex,
        formerControlOf,
        treatmentShare: treatmentShare(evidence.strata, stageIndex, formerControlOf),
        units,
        events: eventsOf(evidence, stageIndex, slot),
      });
    }
  }
  return strata;
}

function eventsOf(evidence: EpochEvidence, stageIndex: number, slot: number): StratumSummary['events'] {
  const { guards } = evidence.plan;
  return Object.fromEntries(
    guards.map(({ key }, offset) => {
      const sums = evidence.events;
      return [key, countsOf(evidence, { stageIndex, slot, sums, width: guards.length, offset })];
    }),
  );
}

function countsOf(
  evidence: EpochEvidence,
  where: { stageIndex: number; slot: number; sums: Float64Array; width: number; offset: number },
): ArmCounts {
  const { sums, width, offset, slot } = where;
  const control = cellOf(evidence.strata, where.stageIndex, { slot, arm: 0 });
  const treatment = cellOf(evidence.strata, where.stageIndex, { slot, arm: 1 });
  return { control: sums[control * width + offset] ?? 0, treatment: sums[treatment * width + offset] ?? 0 };
}
