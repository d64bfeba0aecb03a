import type { EpochPlan } from './epoch.ts';
import type { EpochCounts, EpochEvidence } from './epoch-evidence.ts';
import type { EvidenceLimits, EvidenceState, EvidenceTotals } from './evidence-state.ts';
import type { UnitColumnsOfTable } from './unit-table.ts';
import type { SavedWaiting } from './waiting-outcomes.ts';

/**
 * The layout of a checkpoint, shared by its writer and its reader:
 *
 *     "TGEV" · version u32 · header length u32 · header (JSON in ASCII) · columns of each epoch, raw · CRC-32 of it all
 *
 * All u32 are little-endian; the columns are in the machine's own order, which the header names. A checkpoint is a
 * cache of the log: a version that is not understood is refused, and the log replayed.
 */
export const CHECKPOINT_MAGIC = 0x5645_4754;
export const CHECKPOINT_VERSION = 1;
export const CHECKPOINT_PREFIX_BYTES = 12;
export const CHECKPOINT_SUFFIX_BYTES = 4;

export interface CheckpointHeader {
  readonly byteOrder: ByteOrder;
  readonly limits: EvidenceLimits;
  readonly nowMs: number;
  readonly instances: {
    readonly young: readonly (readonly [string, number])[];
    readonly old: readonly (readonly [string, number])[];
    readonly sinceMs: number;
  };
  readonly totals: EvidenceTotals;
  readonly epochs: readonly EpochHeader[];
}

export interface EpochHeader {
  readonly plan: EpochPlan;
  readonly counts: EpochCounts;
  readonly rowCount: number;
  readonly waiting: SavedWaiting;
}

export type ByteOrder = 'little' | 'big';

export const BYTE_ORDER: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

export type Column = Uint16Array | Uint32Array | Float64Array;

/** The columns of an epoch in the order in which they are written. */
export function listColumns(epoch: {
  readonly columns: UnitColumnsOfTable;
  readonly units: Float64Array;
  readonly events: Float64Array;
}): readonly Column[] {
  const { columns, events, units } = epoch;
  return [
    columns.h0,
    columns.h1,
    columns.cell,
    columns.sinceMs,
    columns.earlierCell,
    columns.earlierSinceMs,
    columns.counted,
    columns.earlierCounted,
    units,
    events,
  ];
}

export function headerOf(state: EvidenceState): CheckpointHeader {
  return {
    byteOrder: BYTE_ORDER,
    limits: state.limits,
    nowMs: state.nowMs,
    instances: { ...state.instances.entries(), sinceMs: state.instancesSinceMs },
    totals: state.totals,
    epochs: [...state.epochs.values()].map(epochHeaderOf),
  };
}

function epochHeaderOf(epoch: EpochEvidence): EpochHeader {
  const { counts, plan, table, waiting } = epoch;
  return { plan, counts, rowCount: table.rowCount, waiting: waiting.save() };
}
