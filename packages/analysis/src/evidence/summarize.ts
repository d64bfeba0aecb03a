import type { ArmPair, GuardSums } from '../statistics/engine/tick.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import { type EvidenceState, epochKey } from './evidence-state.ts';
import type { GuardLayout } from './layout.ts';
import { cellOf, treatmentShare } from './strata.ts';
import type { ArmCounts, EvidenceSummary, GuardSummary, StratumSummary } from './summary.ts';
import { addAll, firstSumOf, histogramSums, readSums } from './sums.ts';
import { tickOf } from './tick-of.ts';

/** The sufficient statistics of an open epoch; undefined when it is not open (not yet, or no more). */
export function summarize(state: EvidenceState, rolloutId: string, epoch: number): EvidenceSummary | undefined {
  const evidence = state.epochs.get(epochKey(rolloutId, epoch));
  if (evidence === undefined) return undefined;
  const { counts, engineConfig, layout, progress, table } = evidence;
  const strata = listPlaces(evidence);
  return {
    rolloutId,
    epoch,
    guards: layout.guards.map((guard, index) => guardOf(evidence, strata, { guard, index })),
    strata: strata.map((place) => stratumOf(evidence, place)),
    crossoverCount: counts.crossoverUnits,
    unmatchedOutcomeCount: counts.unmatchedOutcomes,
    waitingOutcomeCount: counts.waitingOutcomes,
    browserUnitCount: counts.browserUnits,
    unitCount: table.rowCount,
    lastExposureAtMs: counts.lastExposureAtMs,
    newestRecordAtMs: state.nowMs,
    ticks: { config: engineConfig, state: progress.engine, pending: tickOf(evidence) },
  };
}

/** Where the two arms of a stratum are counted. */
export interface Place {
  readonly stageIndex: number;
  readonly formerControlOf: number | null;
  readonly control: number;
  readonly treatment: number;
}

/** Strata that have units, by stage; within a stage new units first, then former controls by their stage. */
export function listPlaces(evidence: EpochEvidence): readonly Place[] {
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

function eventsOf(evidence: EpochEvidence, guard: GuardLayout, { control, treatment }: Place): ArmCounts {
  return { control: eventsIn(evidence, guard, control), treatment: eventsIn(evidence, guard, treatment) };
}

/** The last of a binary guard's sums are the units that counted. */
function eventsIn({ closed, increments, layout }: EpochEvidence, guard: GuardLayout, cell: number): number {
  const at = firstSumOf(layout, { guard, cell }) + guard.sumCount - 1;
  return (closed.guards[at] ?? 0) + (increments.guards[at] ?? 0);
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
    lastOutcomeAtMs: evidence.counts.lastOutcomeAtMs[index] ?? null,
    ...(guard.limit < 0 || maxRate === undefined
      ? {}
      : { limit: { maxRate, units: limitSum(limitAt), events: limitSum(limitAt + 1) } }),
  };
}

function sumsOf(evidence: EpochEvidence, guard: GuardLayout, places: readonly Place[]): ArmPair<GuardSums> {
  const control = places.map((place) => place.control);
  const treatment = places.map((place) => place.treatment);
  return guard.histogram === null
    ? { control: sumsIn(evidence, guard, control), treatment: sumsIn(evidence, guard, treatment) }
    : {
        control: binsIn(evidence, guard.histogram.index, { arm: 0, cells: control }),
        treatment: binsIn(evidence, guard.histogram.index, { arm: 1, cells: treatment }),
      };
}

export function sumsIn(evidence: EpochEvidence, guard: GuardLayout, cells: readonly number[]): GuardSums {
  const exposed = cells.reduce((sum, cell) => sum + unitsIn(evidence, cell), 0);
  return readSums(guard, { sums: cumulative(evidence, guard, cells), from: 0, exposed });
}

function binsIn(
  { closed, increments, strata }: EpochEvidence,
  histogram: number,
  { arm, cells }: { arm: 0 | 1; cells: readonly number[] },
): GuardSums {
  const counts = Float64Array.from(closed.bins[histogram * 2 + arm] ?? NO_COUNTS);
  for (const cell of cells) addAll(counts, increments.bins[histogram * strata.cellCount + cell] ?? NO_COUNTS);
  return histogramSums(counts);
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
    const from = firstSumOf(layout, { guard, cell });
    for (let index = 0; index < total.length; index++) {
      total[index] = (total[index] ?? 0) + (closed.guards[from + index] ?? 0) + (increments.guards[from + index] ?? 0);
    }
  }
  return total;
}

export function unitsIn({ closed, increments }: EpochEvidence, cell: number): number {
  return (closed.units[cell] ?? 0) + (increments.units[cell] ?? 0);
}
