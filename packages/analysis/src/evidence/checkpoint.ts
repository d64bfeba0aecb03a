import type { EpochPlan } from './epoch.ts';
import type { EpochCounts, EpochEvidence, EpochProgress } from './epoch-evidence.ts';
import type { FlowSlice } from './event-flow.ts';
import type { EvidenceLimits, EvidenceState, EvidenceTotals } from './evidence-state.ts';
import type { SavedWindows, WindowColumns } from './open-windows.ts';
import type { SavedInstances } from './sdk-instances.ts';
import type { Sums } from './sums.ts';
import type { UnitColumnsOfTable } from './unit-table.ts';
import type { SavedWaiting, WaitingColumns, WaitingUnits } from './waiting-outcomes.ts';

/**
 * The layout of a checkpoint, shared by its writer and its reader:
 *
 *     "TGEV" · version u32 · header length u32 · header (JSON in ASCII) · columns of each epoch, raw · CRC-32 of it all
 *
 * All u32 are little-endian; the columns are in the machine's own order, which the header names. A checkpoint is a
 * cache of the log, but the log is deleted up to it: so the versions before are understood as well. Any other is refused.
 * Version 2 had the outcomes that wait in the header.
 */
export const CHECKPOINT_MAGIC = 0x5645_4754;
export const CHECKPOINT_VERSION = 3;
export const CHECKPOINT_PREFIX_BYTES = 12;
export const CHECKPOINT_SUFFIX_BYTES = 4;

export interface CheckpointHeader<Epoch = EpochHeader> {
  readonly byteOrder: ByteOrder;
  readonly limits: EvidenceLimits;
  readonly nowMs: number;
  readonly instances: {
    readonly young: readonly (readonly [string, number])[];
    readonly old: readonly (readonly [string, number])[];
    readonly sinceMs: number;
  };
  readonly totals: EvidenceTotals;
  /** Absent in what was written before it was counted. */
  readonly flow?: readonly FlowSlice[];
  readonly epochs: readonly Epoch[];
}

export interface EpochHeader {
  readonly plan: EpochPlan;
  readonly counts: EpochCounts;
  readonly rowCount: number;
  readonly waiting: SavedWaiting | WaitingUnits;
  readonly windows: SavedWindows;
  /** Absent in what was written before they were remembered. */
  readonly instances?: SavedInstances;
  readonly progress: EpochProgress;
  /** Of the open tick: where, and the counts by bin. */
  readonly bins: readonly (readonly [index: number, counts: readonly number[]])[];
}

export type ByteOrder = 'little' | 'big';

export const BYTE_ORDER: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

export type Column = Uint8Array | Uint16Array | Uint32Array | Float64Array;

/** Fills columns with what comes next in a checkpoint. */
export type FillColumns = (columns: readonly Column[]) => void;

/** The columns of an epoch in the order in which they are written. */
export function listColumns(epoch: {
  readonly units: UnitColumnsOfTable;
  readonly windows: WindowColumns;
  readonly waiting: WaitingColumns;
  readonly increments: Sums;
  readonly closed: Sums & { readonly bins: readonly Float64Array[] };
}): readonly Column[] {
  const { units, windows, waiting, increments, closed } = epoch;
  return [
    ...listUnitColumns(units),
    units.window,
    windows.row,
    windows.previous,
    windows.cell,
    windows.newlyTreated,
    windows.sinceMs,
    windows.receivedAtMs,
    windows.totals,
    waiting.h0,
    waiting.h1,
    waiting.outcomeCount,
    waiting.input,
    waiting.value,
    waiting.atMs,
    waiting.receivedAtMs,
    ...[increments, closed].flatMap((sums) => [sums.units, sums.guards, sums.limits]),
    ...closed.bins,
  ];
}

/** The columns of units that every version has. */
export function listUnitColumns(units: UnitColumnsOfTable): readonly Column[] {
  return [
    units.h0,
    units.h1,
    units.cell,
    units.sinceMs,
    units.earlierCell,
    units.earlierSinceMs,
    units.counted,
    units.earlierCounted,
  ];
}

export function headerOf(state: EvidenceState): CheckpointHeader {
  return {
    byteOrder: BYTE_ORDER,
    limits: state.limits,
    nowMs: state.nowMs,
    instances: { ...state.instances.entries(), sinceMs: state.instancesSinceMs },
    totals: state.totals,
    flow: state.flow,
    epochs: [...state.epochs.values()].map(epochHeaderOf),
  };
}

function epochHeaderOf(epoch: EpochEvidence): EpochHeader {
  const { counts, increments, instances, plan, progress, table, waiting, windows } = epoch;
  const bins = [...increments.bins.entries()].flatMap(([index, counted]) =>
    counted === undefined ? [] : [[index, [...counted]] as const],
  );
  return {
    plan,
    counts,
    rowCount: table.rowCount,
    waiting: waiting.save(),
    windows: windows.save(),
    instances: instances.save(),
    progress,
    bins,
  };
}
