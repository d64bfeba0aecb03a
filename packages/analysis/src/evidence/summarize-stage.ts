import type { TickStratum } from '../statistics/engine/tick.ts';
import { type EvidenceState, epochKey } from './evidence-state.ts';
import { treatmentShare } from './strata.ts';
import { listPlaces, sumsIn, unitsIn } from './summarize.ts';

export interface StageStratum extends TickStratum {
  /** The stage that the units were control of before; null for units that were new. */
  readonly formerControlOf: number | null;
}

/**
 * All that one stage of an open epoch counted, stratum by stratum, late outcomes included; undefined when the epoch is
 * not open. Distributions are left out: their bins are kept for all stages together.
 */
export function summarizeStage(
  state: EvidenceState,
  stage: { readonly rolloutId: string; readonly epoch: number; readonly stageIndex: number },
): readonly StageStratum[] | undefined {
  const evidence = state.epochs.get(epochKey(stage.rolloutId, stage.epoch));
  if (evidence === undefined) return undefined;
  const { layout, strata } = evidence;
  const guards = layout.guards.filter(({ histogram }) => histogram === null);
  return listPlaces(evidence)
    .filter(({ stageIndex }) => stageIndex === stage.stageIndex)
    .map(({ stageIndex, formerControlOf, control, treatment }) => ({
      stageIndex,
      formerControlOf,
      treatmentShare: treatmentShare(strata, stageIndex, formerControlOf),
      units: { control: unitsIn(evidence, control), treatment: unitsIn(evidence, treatment) },
      guards: Object.fromEntries(
        guards.map((guard) => [
          guard.key,
          { control: sumsIn(evidence, guard, [control]), treatment: sumsIn(evidence, guard, [treatment]) },
        ]),
      ),
    }));
}
