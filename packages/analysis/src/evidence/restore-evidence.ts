import {
  BYTE_ORDER,
  CHECKPOINT_MAGIC,
  CHECKPOINT_PREFIX_BYTES,
  CHECKPOINT_SUFFIX_BYTES,
  CHECKPOINT_VERSION,
  type CheckpointHeader,
  type EpochHeader,
  type FillColumns,
  listColumns,
} from './checkpoint.ts';
import { type EpochHeaderV1, restoreEpochV1 } from './checkpoint-v1.ts';
import { crc32 } from './crc32.ts';
import { type EpochEvidence, type EpochOptions, openEpoch } from './epoch-evidence.ts';
import { createEvidence, type EvidenceOptions, type EvidenceState, epochKey, watch } from './evidence-state.ts';
import { Generations } from './generations.ts';
import { allocateWindows } from './open-windows.ts';
import { allocateWaiting, type SavedWaiting } from './waiting-outcomes.ts';

/**
 * The books that `serializeEvidence` wrote. Limits are those of the checkpoint, unless given.
 *
 * @throws Error when the bytes are damaged, cut short, or of an unknown version: replay the log from its start instead.
 */
export function restoreEvidence(bytes: Uint8Array, options: EvidenceOptions): EvidenceState {
  const { version, header, columnsAt } = readHeader(bytes);
  const state = createEvidence({ ...options, limits: { ...header.limits, ...options.limits } });
  const { young, old, sinceMs } = header.instances;
  const restored: EvidenceState = {
    ...state,
    nowMs: header.nowMs,
    instances: new Generations(young, old),
    instancesSinceMs: sinceMs,
    totals: { ...header.totals },
    flow: header.flow?.map((slice) => ({ ...slice })) ?? [],
  };
  const fill = columnReader(bytes, columnsAt);
  for (const saved of header.epochs) {
    const epoch = emptyEpoch(restored, saved);
    // The version says which of the two its writer knew.
    if (version === 1) restoreEpochV1(epoch, saved as EpochHeaderV1, fill);
    else restoreEpoch(epoch, saved as EpochHeader, fill);
    restored.epochs.set(epochKey(saved.plan.rolloutId, saved.plan.epoch), epoch);
    watch(restored, epoch);
  }
  return restored;
}

function readHeader(bytes: Uint8Array): {
  version: number;
  header: CheckpointHeader<EpochHeader | EpochHeaderV1>;
  columnsAt: number;
} {
  const contentBytes = bytes.length - CHECKPOINT_SUFFIX_BYTES;
  if (contentBytes < CHECKPOINT_PREFIX_BYTES) throw damaged(`${bytes.length} bytes are too few to hold one`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== CHECKPOINT_MAGIC) throw damaged('it does not begin with "TGEV"');
  const version = view.getUint32(4, true);
  if (version < 1 || version > CHECKPOINT_VERSION) {
    throw new Error(`Evidence checkpoint of version ${version}, expected ${CHECKPOINT_VERSION}: replay the log.`);
  }
  if (view.getUint32(contentBytes, true) !== crc32(bytes.subarray(0, contentBytes))) {
    throw damaged('its checksum does not match');
  }
  const columnsAt = CHECKPOINT_PREFIX_BYTES + view.getUint32(8, true);
  const text = Array.from(bytes.subarray(CHECKPOINT_PREFIX_BYTES, columnsAt), (byte) => String.fromCharCode(byte));
  // The checksum and the version hold, so this is what `serializeEvidence` of that version wrote.
  const header = JSON.parse(text.join('')) as CheckpointHeader<EpochHeader | EpochHeaderV1>;
  if (header.byteOrder !== BYTE_ORDER) throw damaged(`it was written on a ${header.byteOrder}-endian machine`);
  return { version, header, columnsAt };
}

function columnReader(bytes: Uint8Array, columnsAt: number): FillColumns {
  let offset = columnsAt;
  return (columns) => {
    for (const column of columns) {
      const target = new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
      target.set(bytes.subarray(offset, offset + target.length));
      offset += target.length;
    }
  };
}

function emptyEpoch(state: EvidenceState, saved: EpochHeader | EpochHeaderV1): EpochEvidence {
  const { limits, tableSeed, nowMs } = state;
  const options: EpochOptions = { ...limits, bytesMax: limits.epochBytesMax, tableSeed };
  const epoch = openEpoch(saved.plan, nowMs, options);
  Object.assign(epoch.counts, saved.counts);
  return epoch;
}

function restoreEpoch(epoch: EpochEvidence, saved: EpochHeader, fill: FillColumns): void {
  const { closed, increments, instances, layout, progress, table, waiting, windows } = epoch;
  const units = table.allocate(saved.rowCount);
  const windowCount = saved.windows.next - (saved.windows.cursors.at(-1) ?? saved.windows.next);
  const open = allocateWindows(windowCount, layout.totalsPerWindow);
  const waits = 'young' in saved.waiting ? NOTHING_WAITS : saved.waiting;
  const outcomes = allocateWaiting(waits);
  fill(listColumns({ units, windows: open, waiting: outcomes, increments, closed }));
  table.load(saved.rowCount, units);
  windows.load(saved.windows, open);
  if ('young' in saved.waiting) waiting.loadUnits(saved.waiting);
  else waiting.load(saved.waiting, outcomes);
  if (saved.instances !== undefined) instances.load(saved.instances);
  for (const [index, counts] of saved.bins) increments.bins[index] = Float64Array.from(counts);
  Object.assign(progress, saved.progress);
}

/** In the columns, of a checkpoint that has them in its header. */
const NOTHING_WAITS: SavedWaiting = { youngCount: 0, oldCount: 0, outcomeCount: 0, youngSinceMs: 0 };

function damaged(why: string): Error {
  return new Error(`Evidence checkpoint is damaged: ${why}. Replay the log instead.`);
}
