import type { EpochPlan } from './epoch.ts';
import { carriesEvidence, cellOf, type Strata, slotWithoutEvidence, stageOfCell, strataOf } from './strata.ts';
import { EXCLUDED_CELL, NO_CELL, UnitTable } from './unit-table.ts';
import { WaitingOutcomes } from './waiting-outcomes.ts';

/**
 * The evidence of one rollout epoch: who was seen where, and sums per cell (stratum and arm).
 *
 * What decides whether and where a unit counts is the stage that it was exposed under, what was known of its position
 * before, and the order of the log; never its arm. That keeps the label a fair coin, whatever is lost, late or doubled.
 */
export interface EpochEvidence {
  readonly plan: EpochPlan;
  readonly strata: Strata;
  readonly table: UnitTable;
  readonly waiting: WaitingOutcomes;
  /** Units per cell. */
  readonly units: Float64Array;
  /** Units that counted, per cell and guard: `events[cell * guardCount + guard]`. */
  readonly events: Float64Array;
  readonly counts: EpochCounts;
}

export interface EpochCounts {
  /** Units seen in an arm that the ramp cannot explain: excluded from then on. */
  crossoverUnits: number;
  /** Exposures of units for which the table had no room. */
  overflowExposures: number;
  /** Exposures that say nothing: of an older stage than the unit's, or of control outside the sample. */
  ignoredExposures: number;
  unmatchedOutcomes: number;
  /** Units whose first exposure came under a browser key. */
  browserUnits: number;
  lastExposureAtMs: number | null;
}

/** One exposure; the caller reuses the object from row to row. */
export interface Exposure {
  h0: number;
  h1: number;
  positionPpm: number;
  stage: number;
  /** The arm that the SDK reported: 0 control, 1 treatment. */
  arm: number;
  atMs: number;
  receivedAtMs: number;
  fromBrowser: boolean;
}

/** One outcome that a guard counts; the caller reuses the object from row to row. */
export interface Outcome {
  h0: number;
  h1: number;
  guard: number;
  atMs: number;
  receivedAtMs: number;
}

export interface EpochOptions {
  readonly bytesMax: number;
  readonly waitingUnitsMax: number;
  readonly latenessMs: number;
  readonly tableSeed: number;
}

export function openEpoch(plan: EpochPlan, options: EpochOptions): EpochEvidence {
  const strata = strataOf(plan);
  return {
    plan,
    strata,
    table: new UnitTable({ guardCount: plan.guards.length, ...options }),
    waiting: new WaitingOutcomes({ capacity: options.waitingUnitsMax, latenessMs: options.latenessMs }),
    units: new Float64Array(strata.cellCount),
    events: new Float64Array(strata.cellCount * plan.guards.length),
    counts: {
      crossoverUnits: 0,
      overflowExposures: 0,
      ignoredExposures: 0,
      unmatchedOutcomes: 0,
      browserUnits: 0,
      lastExposureAtMs: null,
    },
  };
}

export function countExposure(epoch: EpochEvidence, exposure: Exposure): void {
  const { counts, strata, table } = epoch;
  if (counts.lastExposureAtMs === null || exposure.atMs > counts.lastExposureAtMs) {
    counts.lastExposureAtMs = exposure.atMs;
  }
  const arm = exposure.positionPpm < (strata.treatmentPpm[exposure.stage] ?? 0) ? 1 : 0;
  const known = table.find(exposure.h0, exposure.h1);
  if (arm !== exposure.arm) {
    exclude(epoch, known, exposure);
  } else if (arm === 0 && !carriesEvidence(strata, exposure.positionPpm)) {
    counts.ignoredExposures++;
  } else if (known < 0) {
    const slot = carriesEvidence(strata, exposure.positionPpm) ? 0 : slotWithoutEvidence(strata);
    enter(epoch, exposure, cellOf(strata, exposure.stage, { slot, arm }));
  } else {
    exposeAgain(epoch, known, exposure);
  }
}

/** Counts an outcome once per unit, guard and stratum, where the unit stood when it happened. */
export function countOutcome(epoch: EpochEvidence, outcome: Outcome): void {
  const { table, waiting } = epoch;
  const row = table.find(outcome.h0, outcome.h1);
  if (row >= 0 && countAtRow(epoch, row, outcome)) return;
  waiting.add(outcome, { guard: outcome.guard, atMs: outcome.atMs, receivedAtMs: outcome.receivedAtMs });
}

/** Lets go of outcomes that waited too long. */
export function expireWaiting(epoch: EpochEvidence, nowMs: number): void {
  epoch.counts.unmatchedOutcomes += epoch.waiting.expire(nowMs);
}

export function bytesOfEpoch(epoch: EpochEvidence): number {
  return epoch.table.bytes + epoch.waiting.bytes + epoch.units.byteLength + epoch.events.byteLength;
}

function exclude(epoch: EpochEvidence, known: number, exposure: Exposure): void {
  const { counts, table } = epoch;
  if (known >= 0 && table.columns.cell[known] === EXCLUDED_CELL) return;
  const row = known < 0 ? table.add(exposure.h0, exposure.h1) : known;
  if (row < 0) {
    counts.overflowExposures++;
    return;
  }
  table.columns.cell[row] = EXCLUDED_CELL;
  counts.crossoverUnits++;
}

/** The unit's first exposure. */
function enter(epoch: EpochEvidence, exposure: Exposure, cell: number): void {
  const { counts, table } = epoch;
  const row = table.add(exposure.h0, exposure.h1);
  if (row < 0) {
    counts.overflowExposures++;
    return;
  }
  table.columns.cell[row] = cell;
  table.columns.sinceMs[row] = exposure.atMs;
  increment(epoch.units, cell);
  if (exposure.fromBrowser) counts.browserUnits++;
  countWaiting(epoch, row, exposure);
}

function exposeAgain(epoch: EpochEvidence, row: number, exposure: Exposure): void {
  const { counts, strata, table } = epoch;
  const { columns } = table;
  const cell = columns.cell[row] ?? NO_CELL;
  if (cell === EXCLUDED_CELL) return;
  const stage = stageOfCell(strata, cell);
  if (exposure.stage < stage) {
    counts.ignoredExposures++;
  } else if (exposure.stage === stage) {
    // Another SDK saw the unit in this stage earlier than the one that told us first.
    if (exposure.atMs >= (columns.sinceMs[row] ?? 0)) return;
    columns.sinceMs[row] = exposure.atMs;
    countWaiting(epoch, row, exposure);
  } else {
    // Treated units move on as well, though they carry no evidence there: a late outcome must find, or not find, the
    // stratum that it belongs to whatever the arm.
    const wasTreated = cell % 2 === 1;
    const slot = wasTreated ? slotWithoutEvidence(strata) : stage + 1;
    const next = cellOf(strata, exposure.stage, { slot, arm: exposure.arm });
    table.move(row, next, exposure.atMs);
    increment(epoch.units, next);
    countWaiting(epoch, row, exposure);
  }
}

/** Outcomes that came before the exposure that they followed. */
function countWaiting(epoch: EpochEvidence, row: number, exposure: Exposure): void {
  const { waiting } = epoch;
  if (waiting.count === 0) return;
  for (const outcome of waiting.take(exposure.h0, exposure.h1, exposure.receivedAtMs)) {
    if (!countAtRow(epoch, row, outcome)) waiting.add(exposure, outcome);
  }
}

/** False when the outcome happened before every exposure of the unit that is still known. */
function countAtRow(epoch: EpochEvidence, row: number, outcome: { guard: number; atMs: number }): boolean {
  const { table } = epoch;
  const { columns } = table;
  const cell = columns.cell[row] ?? NO_CELL;
  if (cell === EXCLUDED_CELL) return true;
  if (outcome.atMs >= (columns.sinceMs[row] ?? 0)) {
    if (table.markCounted(columns.counted, row, outcome.guard)) countEvent(epoch, cell, outcome.guard);
    return true;
  }
  const earlier = columns.earlierCell[row] ?? NO_CELL;
  if (earlier === NO_CELL || outcome.atMs < (columns.earlierSinceMs[row] ?? 0)) return false;
  if (table.markCounted(columns.earlierCounted, row, outcome.guard)) countEvent(epoch, earlier, outcome.guard);
  return true;
}

function countEvent(epoch: EpochEvidence, cell: number, guard: number): void {
  increment(epoch.events, cell * epoch.plan.guards.length + guard);
}

function increment(sums: Float64Array, index: number): void {
  sums[index] = (sums[index] ?? 0) + 1;
}
