import type { Column } from './column.ts';
import type { EpochPlan } from './epoch.ts';
import type { EpochCounts, EpochProgress } from './epoch-evidence.ts';
import type { FlowSlice } from './event-flow.ts';
import type { EvidenceLimits, EvidenceTotals } from './evidence-state.ts';
import type { SavedWindows } from './open-windows.ts';
import type { Sums } from './sums.ts';

/**
 * The layout of a checkpoint, shared by its writer and its reader:
 *
 *     "TGEV" · version u32 · header length u32 · header (JSON in ASCII)
 *     · who is remembered, and what waits · units, windows and sums of each epoch · CRC-32 of it all
 *
 * All u32 are little-endian; the columns are in the machine's own order, which the header names. All but sums lies in
 * pages or blocks of a few thousand rows, so that whoever writes it never has to walk all of it at once.
 *
 * A checkpoint is a cache of the log, but the log is deleted up to it: so the versions before are understood as well.
 * Any other is refused. Versions before 4 had what waits once for each epoch, 3 in its columns and 2 in its header.
 */
export const CHECKPOINT_MAGIC = 0x5645_4754;
export const CHECKPOINT_VERSION = 4;
export const CHECKPOINT_PREFIX_BYTES = 12;
export const CHECKPOINT_SUFFIX_BYTES = 4;
export interface CheckpointHeader {
  readonly byteOrder: ByteOrder;
  readonly limits: EvidenceLimits;
  readonly nowMs: number;
  readonly instances: SavedGenerations;
  readonly totals: EvidenceTotals;
  readonly flow: readonly FlowSlice[];
  readonly epochCount: number;
  readonly waiting: SavedGenerations & { readonly feeds: readonly SavedFeed[] };
  readonly epochs: readonly EpochHeader[];
}

/** How many entries follow in blocks, the young ones first, and since when the young ones are. */
export interface SavedGenerations {
  readonly youngCount: number;
  readonly oldCount: number;
  readonly sinceMs: number;
}

/** What outcomes wait for, also when nobody listens to it any more. */
export type SavedFeed = readonly [key: string, isSummed: boolean];

export interface EpochHeader {
  readonly serial: number;
  readonly plan: EpochPlan;
  readonly counts: EpochCounts;
  readonly rowCount: number;
  readonly windows: SavedWindows;
  readonly instances: SavedGenerations;
  readonly progress: EpochProgress;
  /** Of the open tick: where, and the counts by bin. */
  readonly bins: readonly (readonly [index: number, counts: readonly number[]])[];
}

export type ByteOrder = 'little' | 'big';

export const BYTE_ORDER: ByteOrder = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 'little' : 'big';

/** The sums of an epoch in the order in which they are written. */
export function listSums(
  increments: Sums,
  closed: Sums & { readonly bins: readonly Float64Array[] },
): readonly Column[] {
  const ofBoth = [increments, closed].flatMap((sums) => [sums.units, sums.guards, sums.limits]);
  return [...ofBoth, ...closed.bins];
}
