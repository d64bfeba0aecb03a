import { listSums } from './checkpoint.ts';
import type { FillColumns } from './column.ts';
import type { EpochPlan } from './epoch.ts';
import { type EpochCounts, type EpochEvidence, type EpochProgress, listenerId } from './epoch-evidence.ts';
import type { FlowSlice } from './event-flow.ts';
import type { EvidenceLimits, EvidenceState, EvidenceTotals, WatchedFeed } from './evidence-state.ts';
import type { GenerationList } from './generations.ts';
import { allocateWindows, type SavedWindows } from './open-windows.ts';
import type { Heard } from './sdk-instances.ts';
import type { Unit, WaitingOutcome, WaitingUnit } from './waiting-outcomes.ts';

/** The header of checkpoints before version 4. */
export interface HeaderV3<Epoch> {
  readonly byteOrder: 'little' | 'big';
  readonly limits: EvidenceLimits;
  readonly nowMs: number;
  readonly instances: EntriesV3<number> & { readonly sinceMs: number };
  readonly totals: EvidenceTotals;
  /** Absent in what was written before it was counted. */
  readonly flow?: readonly FlowSlice[];
  readonly epochs: readonly Epoch[];
}

interface EntriesV3<Value> {
  readonly young: readonly (readonly [string, Value])[];
  readonly old: readonly (readonly [string, Value])[];
}

/** An epoch of version 2 or 3: what waited for it was its own. */
export interface EpochHeaderV3 {
  readonly plan: EpochPlan;
  readonly counts: Omit<EpochCounts, 'waitingOutcomes'>;
  readonly rowCount: number;
  readonly waiting: EpochWaiting | WaitingCountsV3;
  readonly windows: SavedWindows;
  /** Absent in what was written before they were remembered. */
  readonly instances?: EntriesV3<Heard> & { readonly youngSinceMs: number };
  readonly progress: EpochProgress;
  readonly bins: readonly (readonly [index: number, counts: readonly number[]])[];
}

interface WaitingCountsV3 {
  readonly youngCount: number;
  readonly oldCount: number;
  readonly outcomeCount: number;
  readonly youngSinceMs: number;
}

/** What waited for one epoch, as the header of version 2 had it. */
export interface EpochWaiting {
  readonly young: readonly EpochWaitingUnit[];
  readonly old: readonly EpochWaitingUnit[];
  readonly youngSinceMs: number;
}

export interface EpochWaitingUnit extends Unit {
  readonly outcomes: readonly EpochWaitingOutcome[];
}

interface EpochWaitingOutcome {
  readonly input: number;
  readonly value: number;
  readonly atMs: number;
  readonly receivedAtMs: number;
}

export function listOfEntries<Value>({ young, old }: EntriesV3<Value>): GenerationList<string, Value> {
  const entries = [...young, ...old];
  return { keys: entries.map(([key]) => key), values: entries.map(([, value]) => value), youngCount: young.length };
}

export function restoreEpochV3(epoch: EpochEvidence, saved: EpochHeaderV3, fill: FillColumns): EpochWaiting {
  const { closed, increments, instances, layout, progress, table, windows } = epoch;
  const units = table.allocate(saved.rowCount);
  const open = allocateWindows(windows.countOf(saved.windows), layout.totalsPerWindow);
  fill([...table.rowsOf(units).columns, ...windows.rowsOf(open).columns]);
  const waiting = 'young' in saved.waiting ? saved.waiting : readEpochWaiting(saved.waiting, fill);
  fill(listSums(increments, closed));
  table.load(saved.rowCount, units);
  windows.load(saved.windows, open);
  if (saved.instances !== undefined) {
    instances.load({ ...listOfEntries(saved.instances), youngSinceMs: saved.instances.youngSinceMs });
  }
  for (const [index, counts] of saved.bins) increments.bins[index] = Float64Array.from(counts);
  Object.assign(progress, saved.progress);
  return waiting;
}

function readEpochWaiting(saved: WaitingCountsV3, fill: FillColumns): EpochWaiting {
  const { youngCount, oldCount, outcomeCount, youngSinceMs } = saved;
  const unitCount = youngCount + oldCount;
  const [h0, h1] = [new Uint32Array(unitCount), new Uint32Array(unitCount)];
  const [counts, input] = [new Uint16Array(unitCount), new Uint16Array(outcomeCount)];
  const [value, atMs] = [new Float64Array(outcomeCount), new Float64Array(outcomeCount)];
  const receivedAtMs = new Float64Array(outcomeCount);
  fill([h0, h1, counts, input, value, atMs, receivedAtMs]);
  let row = 0;
  const units = Array.from(counts, (count, unit): EpochWaitingUnit => {
    const outcomes = Array.from({ length: count }, (): EpochWaitingOutcome => {
      const at = row++;
      return {
        input: input[at] ?? 0,
        value: value[at] ?? 0,
        atMs: atMs[at] ?? 0,
        receivedAtMs: receivedAtMs[at] ?? 0,
      };
    });
    return { h0: h0[unit] ?? 0, h1: h1[unit] ?? 0, outcomes };
  });
  return { young: units.slice(0, youngCount), old: units.slice(youngCount), youngSinceMs };
}

/**
 * What waited once for each epoch waits once for all: what has the same unit, feed, value and times was one outcome. It
 * waits for the epochs that had it, and the others that listen to it have counted theirs.
 */
export function joinWaiting(state: EvidenceState, waits: ReadonlyMap<EpochEvidence, EpochWaiting>): void {
  const feeds = new Map([...state.feeds.values()].flat().map((feed) => [feed.key, feed]));
  const units = new Map<string, JoinedUnit>();
  let youngSinceMs = 0;
  for (const [epoch, waiting] of waits) {
    youngSinceMs = Math.max(youngSinceMs, waiting.youngSinceMs);
    for (const unit of waiting.old) joinUnit(units, epoch, { unit, feeds, isYoung: false });
    for (const unit of waiting.young) joinUnit(units, epoch, { unit, feeds, isYoung: true });
  }
  const joined = [...units.values()];
  const [young, old] = [joined.filter(({ isYoung }) => isYoung), joined.filter(({ isYoung }) => !isYoung)];
  const waitingUnits = [...young, ...old].map((unit) => waitingUnitOf(unit, state.epochCount));
  state.waiting.load({ units: waitingUnits, youngCount: young.length, youngSinceMs });
}

interface JoinedUnit extends Unit {
  isYoung: boolean;
  readonly outcomes: Map<string, JoinedOutcome>;
}

interface JoinedOutcome extends Omit<EpochWaitingOutcome, 'input'> {
  readonly feed: WatchedFeed;
  readonly pending: Set<number>;
}

interface Joining {
  readonly unit: EpochWaitingUnit;
  readonly feeds: ReadonlyMap<string, WatchedFeed>;
  readonly isYoung: boolean;
}

function joinUnit(units: Map<string, JoinedUnit>, epoch: EpochEvidence, { unit, feeds, isYoung }: Joining): void {
  const name = `${unit.h0} ${unit.h1}`;
  const joined = units.get(name) ?? { h0: unit.h0, h1: unit.h1, isYoung, outcomes: new Map<string, JoinedOutcome>() };
  units.set(name, joined);
  joined.isYoung ||= isYoung;
  for (const { input, value, atMs, receivedAtMs } of unit.outcomes) {
    const feed = feeds.get(epoch.feeds[input]?.key ?? '');
    if (feed === undefined) continue;
    const id = `${feed.key} ${value} ${atMs} ${receivedAtMs}`;
    const outcome = joined.outcomes.get(id) ?? { feed, value, atMs, receivedAtMs, pending: new Set<number>() };
    joined.outcomes.set(id, outcome);
    outcome.pending.add(listenerId(epoch, input));
    epoch.counts.waitingOutcomes++;
  }
}

function waitingUnitOf({ h0, h1, outcomes }: JoinedUnit, epochsBefore: number): WaitingUnit {
  const waitingOf = ({ pending, ...outcome }: JoinedOutcome): WaitingOutcome => ({
    ...outcome,
    epochsBefore,
    doneWith: outcome.feed.listeners.flatMap(({ id }) => (pending.has(id) ? [] : [id])),
    pendingCount: pending.size,
  });
  return { h0, h1, outcomes: [...outcomes.values()].map(waitingOf) };
}
