import {
  BYTE_ORDER,
  CHECKPOINT_MAGIC,
  CHECKPOINT_PREFIX_BYTES,
  CHECKPOINT_SUFFIX_BYTES,
  CHECKPOINT_VERSION,
  type CheckpointHeader,
  type EpochHeader,
  listSums,
  type SavedGenerations,
} from './checkpoint.ts';
import { type EpochHeaderV1, restoreEpochV1 } from './checkpoint-v1.ts';
import { type EpochHeaderV3, type HeaderV3, joinWaiting, listOfEntries, restoreEpochV3 } from './checkpoint-v3.ts';
import type { FillColumns } from './column.ts';
import { readPages } from './column-snapshot.ts';
import { crc32 } from './crc32.ts';
import type { EpochPlan } from './epoch.ts';
import { type EpochCounts, type EpochEvidence, openEpoch } from './epoch-evidence.ts';
import { createEvidence, type EvidenceOptions, type EvidenceState, epochOptions, watch } from './evidence-state.ts';
import { Generations } from './generations.ts';
import { readNames } from './name-blocks.ts';
import { allocateWindows } from './open-windows.ts';
import type { Heard } from './sdk-instances.ts';
import { readWaiting } from './waiting-blocks.ts';
import type { WaitingFeed } from './waiting-outcomes.ts';

/**
 * The books that `serializeEvidence` wrote. Limits are those of the checkpoint, unless given.
 *
 * @throws Error when the bytes are damaged, cut short, or of an unknown version: replay the log from its start instead.
 */
export function restoreEvidence(bytes: Uint8Array, options: EvidenceOptions): EvidenceState {
  const { version, header, columnsAt } = readHeader(bytes);
  const fill = columnReader(bytes, columnsAt);
  // The version says which of them its writer knew.
  if (version === CHECKPOINT_VERSION) return restore(header as CheckpointHeader, fill, options);
  return restoreOlder(header as HeaderV3<EpochHeaderV3 | EpochHeaderV1>, fill, options);
}

function restore(header: CheckpointHeader, fill: FillColumns, options: EvidenceOptions): EvidenceState {
  const { epochCount, flow, limits, nowMs, totals, waiting } = header;
  const keys = readNames(countOf(header.instances), fill);
  const last = new Float64Array(keys.length);
  fill([last]);
  const { youngCount, sinceMs } = header.instances;
  const state: EvidenceState = {
    ...createEvidence({ ...options, limits: { ...limits, ...options.limits } }),
    nowMs,
    instances: new Generations({ keys, values: [...last], youngCount }),
    instancesSinceMs: sinceMs,
    totals: { ...totals },
    flow: flow.map((slice) => ({ ...slice })),
    epochCount,
  };
  const epochs = header.epochs.map((saved) => [saved, emptyEpoch(state, saved, saved.serial)] as const);
  const feeds = new Map<string, WaitingFeed>([...state.feeds.values()].flat().map((feed) => [feed.key, feed]));
  const known = waiting.feeds.map(([key, isSummed]) => feeds.get(key) ?? { key, isSummed, listeners: [] });
  const units = readWaiting(countOf(waiting), known, fill);
  state.waiting.load({ units, youngCount: waiting.youngCount, youngSinceMs: waiting.sinceMs });
  for (const [saved, epoch] of epochs) restoreEpoch(epoch, saved, fill);
  return state;
}

/** Checkpoints before version 4. What may wait was limited for each epoch then, and by another number. */
function restoreOlder(
  header: HeaderV3<EpochHeaderV3 | EpochHeaderV1>,
  fill: FillColumns,
  options: EvidenceOptions,
): EvidenceState {
  const { waitingUnitsMax: _, ...limits } = header.limits;
  const state: EvidenceState = {
    ...createEvidence({ ...options, limits: { ...limits, ...options.limits } }),
    nowMs: header.nowMs,
    instances: new Generations(listOfEntries(header.instances)),
    instancesSinceMs: header.instances.sinceMs,
    totals: { ...header.totals },
    flow: header.flow?.map((slice) => ({ ...slice })) ?? [],
  };
  const waits = header.epochs.map((saved) => {
    const epoch = emptyEpoch(state, saved, state.epochCount++);
    const waiting = 'progress' in saved ? restoreEpochV3(epoch, saved, fill) : restoreEpochV1(epoch, saved, fill);
    return [epoch, waiting] as const;
  });
  joinWaiting(state, new Map(waits));
  return state;
}

function readHeader(bytes: Uint8Array): {
  version: number;
  header: CheckpointHeader | HeaderV3<EpochHeaderV3 | EpochHeaderV1>;
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
  const header = JSON.parse(text.join('')) as CheckpointHeader | HeaderV3<EpochHeaderV3 | EpochHeaderV1>;
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

function emptyEpoch(
  state: EvidenceState,
  saved: { readonly plan: EpochPlan; readonly counts: Partial<EpochCounts> },
  serial: number,
): EpochEvidence {
  const epoch = openEpoch(saved.plan, state.nowMs, epochOptions(state, serial));
  Object.assign(epoch.counts, saved.counts);
  watch(state, epoch);
  return epoch;
}

function restoreEpoch(epoch: EpochEvidence, saved: EpochHeader, fill: FillColumns): void {
  const { closed, increments, instances, layout, progress, table, windows } = epoch;
  const keys = readNames(countOf(saved.instances), fill);
  const heard = new Float64Array(keys.length * 2);
  const units = table.allocate(saved.rowCount);
  const open = allocateWindows(windows.countOf(saved.windows), layout.totalsPerWindow);
  fill([heard]);
  readPages(table.rowsOf(units), saved.rowCount, fill);
  readPages(windows.rowsOf(open), windows.countOf(saved.windows), fill);
  fill(listSums(increments, closed));
  table.load(saved.rowCount, units);
  windows.load(saved.windows, open);
  const values = keys.map((_, index): Heard => [heard[index * 2] ?? 0, heard[index * 2 + 1] ?? 0]);
  instances.load({ keys, values, youngCount: saved.instances.youngCount, youngSinceMs: saved.instances.sinceMs });
  for (const [index, counts] of saved.bins) increments.bins[index] = Float64Array.from(counts);
  Object.assign(progress, saved.progress);
}

function countOf({ youngCount, oldCount }: SavedGenerations): number {
  return youngCount + oldCount;
}

function damaged(why: string): Error {
  return new Error(`Evidence checkpoint is damaged: ${why}. Replay the log instead.`);
}
