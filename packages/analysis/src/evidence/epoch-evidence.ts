import type { EngineConfig } from '../statistics/engine/engine-config.ts';
import { createEngine, type EngineState } from '../statistics/engine/engine-state.ts';
import { engineConfigOf } from './engine-config-of.ts';
import type { EpochPlan } from './epoch.ts';
import { binOf } from './histogram-bins.ts';
import { type Feed, type Layout, layoutOf, listFeeds, noLateEvents, type TotalInput } from './layout.ts';
import { bytesOfWindow, NO_WINDOW, OpenWindows } from './open-windows.ts';
import { SdkInstances } from './sdk-instances.ts';
import {
  carriesEvidence,
  cellOf,
  isTreated,
  type Strata,
  slotWithoutEvidence,
  stageOfCell,
  strataOf,
} from './strata.ts';
import { bytesOfSums, type ClosedSums, emptyClosedSums, emptyIncrements, type Increments } from './sums.ts';
import { tickIndexOf } from './tick-index.ts';
import { EXCLUDED_CELL, NO_CELL, UnitTable } from './unit-table.ts';
import { clamp, UNIT_TOTAL_MAX } from './unit-total.ts';
import type { WaitingOutcome, WaitingOutcomes } from './waiting-outcomes.ts';

/**
 * The evidence of one rollout epoch: who was seen where, and sums per cell (stratum and arm).
 *
 * What decides whether and where a unit counts is the stage that it was exposed under, what was known of its position
 * before, and the order of the log; never its arm. That keeps the label a fair coin, whatever is lost, late or doubled.
 */
export interface EpochEvidence {
  /** How many epochs the environment had before. */
  readonly serial: number;
  readonly plan: EpochPlan;
  readonly engineConfig: EngineConfig;
  readonly strata: Strata;
  readonly layout: Layout;
  readonly table: UnitTable;
  readonly windows: OpenWindows;
  /** By input, the outcomes that it hears; and the inputs of each feed, by its key. */
  readonly feeds: readonly Feed[];
  readonly inputsOfFeed: ReadonlyMap<string, readonly number[]>;
  /** The environment's. */
  readonly waiting: WaitingOutcomes;
  readonly instances: SdkInstances;
  readonly increments: Increments;
  readonly closed: ClosedSums;
  readonly counts: EpochCounts;
  readonly progress: EpochProgress;
}

/** How far the ticks are. */
export interface EpochProgress {
  /** What the engine made of all closed ticks. */
  engine: EngineState;
  /** The tick that is open. */
  tickIndex: number;
  /** The stage in force. */
  stageIndex: number;
  /** Rows of units that came before the engine last released capital. */
  earlierRowCount: number;
  /** By limit, events of those units in the open tick. */
  lateEvents: number[];
}

export interface EpochCounts {
  /** Units seen in an arm that the ramp cannot explain: excluded from then on. */
  crossoverUnits: number;
  /** Exposures of units for which the table had no room. */
  overflowExposures: number;
  /** Exposures that say nothing: of an older stage than the unit's, or of control outside the sample. */
  ignoredExposures: number;
  /** Outcomes that wait for an exposure here, once for each input; and those that waited in vain. */
  waitingOutcomes: number;
  unmatchedOutcomes: number;
  /** Exposures whose window had no room, so that they settle no guard that has one. */
  overflowWindows: number;
  /** Units whose first exposure came under a browser key. */
  browserUnits: number;
  lastExposureAtMs: number | null;
  /** By guard, the newest instant at which an exposed unit did what it listens to. */
  lastOutcomeAtMs: (number | null)[];
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
  /** Which input of the epoch's layout it feeds. */
  input: number;
  value: number;
  atMs: number;
  receivedAtMs: number;
}

export interface EpochOptions {
  readonly bytesMax: number;
  readonly tableSeed: number;
  readonly serial: number;
  readonly waiting: WaitingOutcomes;
}

/** More than the inputs of any plan. */
const INPUTS_MAX = 128;

export function openEpoch(plan: EpochPlan, nowMs: number, options: EpochOptions): EpochEvidence {
  const engineConfig = engineConfigOf(plan);
  const strata = strataOf(plan);
  const layout = layoutOf(plan.guards);
  const increments = emptyIncrements(strata, layout);
  const closed = emptyClosedSums(strata, layout);
  const feeds = listFeeds(plan.guards, layout);
  const table = new UnitTable({
    guardCount: plan.guards.length,
    lastingMarkCount: layout.limitCount,
    windowBytes: layout.windows.length === 0 ? 0 : bytesOfWindow(layout.totalsPerWindow),
    bytesMax: bytesForUnits(options.bytesMax, layout, bytesOfSums(increments) + bytesOfSums(closed)),
    tableSeed: options.tableSeed,
  });
  return {
    serial: options.serial,
    plan,
    engineConfig,
    strata,
    layout,
    table,
    windows: new OpenWindows({
      lengthsMs: layout.windows.map(({ windowMs }) => windowMs),
      totalsPerWindow: layout.totalsPerWindow,
      countMax: table.rowsMax,
    }),
    feeds,
    inputsOfFeed: new Map(
      feeds.map(({ key }) => [key, feeds.flatMap((feed, input) => (feed.key === key ? [input] : []))]),
    ),
    waiting: options.waiting,
    instances: new SdkInstances(),
    increments,
    closed,
    counts: {
      crossoverUnits: 0,
      overflowExposures: 0,
      overflowWindows: 0,
      ignoredExposures: 0,
      waitingOutcomes: 0,
      unmatchedOutcomes: 0,
      browserUnits: 0,
      lastExposureAtMs: null,
      lastOutcomeAtMs: plan.guards.map(() => null),
    },
    progress: {
      engine: createEngine(engineConfig),
      tickIndex: tickIndexOf(nowMs),
      stageIndex: plan.stageIndex ?? 0,
      earlierRowCount: 0,
      lateEvents: noLateEvents(layout),
    },
  };
}

/**
 * Sums of many stages and guards of the richer kinds can take megabytes; units have what is left, and half at least. One
 * number per guard and cell is not worth counting.
 */
function bytesForUnits(bytesMax: number, { guards }: Layout, bytesOfAllSums: number): number {
  const isPlain = guards.every(({ sumCount }) => sumCount === 1);
  return isPlain ? bytesMax : Math.max(bytesMax / 2, bytesMax - bytesOfAllSums);
}

/** Names an input among those of all epochs. */
export function listenerId({ serial }: { readonly serial: number }, input: number): number {
  return serial * INPUTS_MAX + input;
}

export function countExposure(epoch: EpochEvidence, exposure: Exposure): void {
  const { counts, strata, table } = epoch;
  if (counts.lastExposureAtMs === null || exposure.atMs > counts.lastExposureAtMs) {
    counts.lastExposureAtMs = exposure.atMs;
  }
  const arm = exposure.positionPpm < (strata.treatmentPpm[exposure.stage] ?? 0) ? 1 : 0;
  const known = table.find(exposure.h0, exposure.h1);
  if (known >= 0) table.beforeWrite(known);
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

/** Counts an outcome where the unit stood when it happened; false when it must wait for its exposure instead. */
export function countOutcome(epoch: EpochEvidence, outcome: Outcome): boolean {
  const row = epoch.table.find(outcome.h0, outcome.h1);
  return row >= 0 && countAtRow(epoch, row, outcome);
}

export function bytesOfEpoch({ table, windows, increments, closed }: EpochEvidence): number {
  return table.bytes + windows.bytes + bytesOfSums(increments) + bytesOfSums(closed);
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
  if (exposure.fromBrowser) counts.browserUnits++;
  begin(epoch, row, exposure, isTreated(cell));
}

function exposeAgain(epoch: EpochEvidence, row: number, exposure: Exposure): void {
  const { counts, strata, table, windows } = epoch;
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
    if (windows.isUsed) windows.setSinceMs(columns.window[row] ?? NO_WINDOW, exposure.atMs);
    countWaiting(epoch, row, exposure);
  } else {
    // Treated units move on as well, though they carry no evidence there: a late outcome must find, or not find, the
    // stratum that it belongs to whatever the arm.
    const wasTreated = isTreated(cell);
    const slot = wasTreated ? slotWithoutEvidence(strata) : stage + 1;
    const next = cellOf(strata, exposure.stage, { slot, arm: exposure.arm });
    table.move(row, next, exposure.atMs);
    begin(epoch, row, exposure, !wasTreated && isTreated(next));
  }
}

/** The unit begins to count in the cell that it was just put into. */
function begin(epoch: EpochEvidence, row: number, exposure: Exposure, newlyTreated: boolean): void {
  const { increments, layout, plan, progress, table, windows } = epoch;
  if (plan.stageIndex === undefined) progress.stageIndex = Math.max(progress.stageIndex, exposure.stage);
  increment(increments.units, table.columns.cell[row] ?? NO_CELL);
  if (newlyTreated) for (const limit of layout.instantLimits) increment(increments.limits, limit * 2);
  if (windows.isUsed) openWindow(epoch, row, exposure, newlyTreated);
  countWaiting(epoch, row, exposure);
}

function openWindow(epoch: EpochEvidence, row: number, exposure: Exposure, newlyTreated: boolean): void {
  const { counts, table, windows } = epoch;
  const { columns } = table;
  const window = windows.open({
    row,
    previous: columns.window[row] ?? NO_WINDOW,
    cell: columns.cell[row] ?? NO_CELL,
    newlyTreated,
    sinceMs: exposure.atMs,
    receivedAtMs: exposure.receivedAtMs,
  });
  // Without a window of its own the exposure must not pass its outcomes on to the one before.
  columns.window[row] = window;
  if (window === NO_WINDOW) counts.overflowWindows++;
}

/** Outcomes that came before the exposure that they followed. */
function countWaiting(epoch: EpochEvidence, row: number, exposure: Exposure): void {
  const { counts, waiting } = epoch;
  if (counts.waitingOutcomes === 0) return;
  waiting.offer(exposure, exposure.receivedAtMs, (outcome) => {
    const counted = pendingInputs(epoch, outcome).filter((input) => countAtRow(epoch, row, { ...outcome, input }));
    counts.waitingOutcomes -= counted.length;
    return counted.map((input) => listenerId(epoch, input));
  });
}

function pendingInputs(epoch: EpochEvidence, { doneWith, epochsBefore, feed }: WaitingOutcome): readonly number[] {
  if (epoch.serial >= epochsBefore) return [];
  const inputs = epoch.inputsOfFeed.get(feed.key) ?? [];
  return inputs.filter((input) => !doneWith.includes(listenerId(epoch, input)));
}

interface OutcomeOfUnit {
  readonly input: number;
  readonly value: number;
  readonly atMs: number;
}

/** False when the outcome happened before every exposure of the unit that is still known. */
function countAtRow(epoch: EpochEvidence, row: number, outcome: OutcomeOfUnit): boolean {
  const { layout, table } = epoch;
  const { columns } = table;
  const cell = columns.cell[row] ?? NO_CELL;
  const input = layout.inputs[outcome.input];
  if (cell === EXCLUDED_CELL || input === undefined) return true;
  table.beforeWrite(row);
  noteOutcome(epoch, input.guard, outcome.atMs);
  if (input.kind === 'total') return addToWindow(epoch, row, outcome, input);
  if (outcome.atMs >= (columns.sinceMs[row] ?? 0)) {
    if (table.markCounted(columns.counted, row, input.guard)) countOnce(epoch, row, cell, outcome);
    return true;
  }
  const earlier = columns.earlierCell[row] ?? NO_CELL;
  if (earlier === NO_CELL || outcome.atMs < (columns.earlierSinceMs[row] ?? 0)) return false;
  // A unit that counted as former control has told its earlier arm: then there is no coin left to bet on. Treated units
  // that counted since are left out as well, or the arms would differ.
  if (table.isCounted(columns.counted, row, input.guard)) return true;
  if (table.markCounted(columns.earlierCounted, row, input.guard)) countOnce(epoch, row, earlier, outcome);
  return true;
}

/** Whether or not it is the unit's first: it shows that the event is sent. */
function noteOutcome({ counts: { lastOutcomeAtMs } }: EpochEvidence, guard: number, atMs: number): void {
  lastOutcomeAtMs[guard] = Math.max(lastOutcomeAtMs[guard] ?? atMs, atMs);
}

/** The first outcome of a unit in a stratum. */
function countOnce(epoch: EpochEvidence, row: number, cell: number, outcome: OutcomeOfUnit): void {
  const { increments, layout, progress, table } = epoch;
  const input = layout.inputs[outcome.input];
  if (input?.kind === 'event') {
    increment(increments.guards, cell * layout.sumsPerCell + input.offset);
    if (input.limit < 0 || !isTreated(cell)) return;
    // Whatever stages it meets, a treated unit is one of those that count, or of those that do not.
    const isFirst = table.markCounted(table.columns.counted, row, layout.guards.length + input.limit);
    if (!isFirst) return;
    increment(increments.limits, input.limit * 2 + 1);
    if (row < progress.earlierRowCount) progress.lateEvents[input.limit] = (progress.lateEvents[input.limit] ?? 0) + 1;
  } else if (input?.kind === 'bin') {
    const index = input.histogram * increments.units.length + cell;
    const counts = increments.bins[index] ?? new Float64Array(input.bins.binCount);
    increments.bins[index] = counts;
    increment(counts, binOf(input.bins, outcome.value));
  }
}

/** Adds to the window of the exposure that the outcome followed, if that is open still and reaches that far. */
function addToWindow(epoch: EpochEvidence, row: number, outcome: OutcomeOfUnit, input: TotalInput): boolean {
  const { table, windows } = epoch;
  const { columns } = table;
  let window = columns.window[row] ?? NO_WINDOW;
  for (; windows.isOpen(window); window = windows.previousOf(window)) {
    const sinceMs = windows.sinceMsOf(window);
    if (outcome.atMs < sinceMs) continue;
    const isInTime = outcome.atMs < sinceMs + input.windowMs && windows.isOpenFor(window, input.length);
    if (!isInTime) return true;
    if (input.adds === 'presence') windows.set(window, input.slot, 1);
    else windows.add(window, input.slot, input.adds === 'one' ? 1 : clamp(outcome.value, UNIT_TOTAL_MAX));
    return true;
  }
  const hasEarlier = columns.earlierCell[row] !== NO_CELL;
  return outcome.atMs >= ((hasEarlier ? columns.earlierSinceMs[row] : columns.sinceMs[row]) ?? 0);
}

function increment(sums: Float64Array, index: number): void {
  sums[index] = (sums[index] ?? 0) + 1;
}
