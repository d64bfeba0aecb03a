import type { ArmPair, GuardSums } from '../statistics/engine/tick.ts';
import { engineConfigOf } from './engine-config-of.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import { type EvidenceState, epochKey } from './evidence-state.ts';
import type { GuardLayout } from './layout.ts';
import { cellOf, treatmentShare } from './strata.ts';
import type { ArmCounts, EvidenceSummary, GuardSummary, StratumSummary } from './summary.ts';
import { addAll, histogramSums, readSums, sumsAt } from './sums.ts';
import { tickOf } from './tick-of.ts';

/** The sufficient statistics of an open epoch; undefined when it is not open (not yet, or no more). */
export function summarize(state: EvidenceState, rolloutId: string, epoch: number): EvidenceSummary | undefined {
  const evidence = state.epochs.get(epochKey(rolloutId, epoch));
  if (evidence === undefined) return undefined;
  const { counts, layout, plan, progress, table, waiting } = evidence;
  const strata = listPlaces(evidence);
  return {
    rolloutId,
    epoch,
    guards: layout.guards.map((guard, index) => guardOf(evidence, strata, { guard, index })),
    strata: strata.map((place) => stratumOf(evidence, place)),
    crossoverCount: counts.crossoverUnits,
    unmatchedOutcomeCount: counts.unmatchedOutcomes,
    waitingOutcomeCount: waiting.count,
    browserUnitCount: counts.browserUnits,
    unitCount: table.rowCount,
    lastExposureAtMs: counts.lastExposureAtMs,
    newestRecordAtMs: state.nowMs,
    ticks: { config: engineConfigOf(plan), state: progress.engine, pending: tickOf(evidence) },
  };
}

/** Where the two arms of a stratum are counted. */
interface Place {
  readonly stageIndex: number;
  readonly formerControlOf: number | null;
  readonly control: number;
  readonly treatment: number;
}

/** Strata that have units, by stage; within a stage new units first, then former controls by their stage. */
function listPlaces(evidence: EpochEvidence): readonly Place[] {
  const { strata } = evidence;
  const places: Place[] = [];
  for (let stageIndex = 0; stageIndex < strata.stageCount; stageIndex++) {
    for (let slot = 0; slot <= stageIndex; slot++) {
      const control = cellOf(strata, stageIndex, { slot, arm: 0 });
      const treatment = cellOf(strata, stageIndex, { slot, arm: 1 });
      if (unitsIn(evidence, control) + unitsIn(evidence, treatment) === 0) continue;
      places.push({ stageIndex, formerControlOf: slot === 0 ? null : slot - 1, control, treatment });
    }
  }
  return places;
}

function stratumOf(evidence: EpochEvidence, place: Place): StratumSummary {
  const { layout, strata } = evidence;
  const { stageIndex, formerControlOf, control, treatment } = place;
  const binary = layout.guards.filter(({ measure }) => measure.kind === 'binary');
  return {
    stageIndex,
    formerControlOf,
    treatmentShare: treatmentShare(strata, stageIndex, formerControlOf),
    units: { control: unitsIn(evidence, control), treatment: unitsIn(evidence, treatment) },
    events: Object.fromEntries(binary.map((guard) => [guard.key, eventsOf(evidence, guard, place)])),
  };
}

/** The last of a binary guard's sums are the units that counted. */
function eventsOf(evidence: EpochEvidence, guard: GuardLayout, place: Place): ArmCounts {
  const of = (cell: number) => cumulative(evidence, guard, [cell]).at(-1) ?? 0;
  return { control: of(place.control), treatment: of(place.treatment) };
}

function guardOf(
  evidence: EpochEvidence,
  places: readonly Place[],
  { guard, index }: { guard: GuardLayout; index: number },
): GuardSummary {
  const { harm = 'up', maxRate } = evidence.plan.guards[index] ?? {};
  const limitAt = guard.limit * 2;
  const limitSum = (at: number) => (evidence.closed.limits[at] ?? 0) + (evidence.increments.limits[at] ?? 0);
  return {
    metric: guard.key,
    harm,
    measure: guard.measure,
    sums: sumsOf(evidence, guard, places),
    ...(guard.limit < 0 || maxRate === undefined
      ? {}
      : { limit: { maxRate, units: limitSum(limitAt), events: limitSum(limitAt + 1) } }),
  };
}

function sumsOf(evidence: EpochEvidence, guard: GuardLayout, places: readonly Place[]): ArmPair<GuardSums> {
  const cells = { control: places.map(({ control }) => control), treatment: places.map(({ treatment }) => treatment) };
  const { histogram } = guard;
  if (histogram !== null) {
    const of = (arm: 0 | 1, armCells: readonly number[]) => {
      const counts = Float64Array.from(evidence.closed.bins[histogram.index * 2 + arm] ?? []);
      for (const cell of armCells) {
        addAll(counts, evidence.increments.bins[histogram.index * evidence.strata.cellCount + cell] ?? NO_COUNTS);
      }
      return histogramSums(counts);
    };
    return { control: of(0, cells.control), treatment: of(1, cells.treatment) };
  }
  const of = (armCells: readonly number[]) => {
    const exposed = armCells.reduce((sum, cell) => sum + unitsIn(evidence, cell), 0);
    return readSums(guard, cumulative(evidence, guard, armCells), exposed);
  };
  return { control: of(cells.control), treatment: of(cells.treatment) };
}

const NO_COUNTS = new Float64Array();

/** A guard's sums over cells: what is in closed ticks, and what came since. */
function cumulative(
  { closed, increments, layout }: EpochEvidence,
  guard: GuardLayout,
  cells: readonly number[],
): Float64Array {
  const total = new Float64Array(guard.sumCount);
  for (const cell of cells) {
    addAll(total, sumsAt(closed, layout, { guard, cell }));
    addAll(total, sumsAt(increments, layout, { guard, cell }));
  }
  return total;
}

function unitsIn({ closed, increments }: EpochEvidence, cell: number): number {
  return (closed.units[cell] ?? 0) + (increments.units[cell] ?? 0);
}
