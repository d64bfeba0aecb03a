import {
  BYTE_ORDER,
  CHECKPOINT_MAGIC,
  CHECKPOINT_PREFIX_BYTES,
  CHECKPOINT_SUFFIX_BYTES,
  CHECKPOINT_VERSION,
  type CheckpointHeader,
  type EpochHeader,
  listColumns,
} from './checkpoint.ts';
import { crc32 } from './crc32.ts';
import { type EpochEvidence, openEpoch } from './epoch-evidence.ts';
import { createEvidence, type EvidenceOptions, type EvidenceState, epochKey, watch } from './evidence-state.ts';
import { Generations } from './generations.ts';
import { allocate } from './unit-table.ts';
import { WaitingOutcomes } from './waiting-outcomes.ts';

/**
 * The books that `serializeEvidence` wrote. Limits are those of the checkpoint, unless given.
 *
 * @throws Error when the bytes are damaged, cut short, or of another version: replay the log from its start instead.
 */
export function restoreEvidence(bytes: Uint8Array, options: EvidenceOptions): EvidenceState {
  const { header, columnsAt } = readHeader(bytes);
  const state = createEvidence({ ...options, limits: { ...header.limits, ...options.limits } });
  const { young, old, sinceMs } = header.instances;
  let offset = columnsAt;
  const restored: EvidenceState = {
    ...state,
    nowMs: header.nowMs,
    instances: new Generations(young, old),
    instancesSinceMs: sinceMs,
    totals: { ...header.totals },
  };
  for (const saved of header.epochs) {
    const epoch = emptyEpoch(restored, saved);
    const columns = allocate(saved.rowCount, epoch.table.words);
    for (const column of listColumns({ columns, units: epoch.units, events: epoch.events })) {
      const target = new Uint8Array(column.buffer);
      target.set(bytes.subarray(offset, offset + target.length));
      offset += target.length;
    }
    epoch.table.load(saved.rowCount, columns);
    restored.epochs.set(epochKey(saved.plan.rolloutId, saved.plan.epoch), epoch);
    watch(restored, epoch);
  }
  return restored;
}

function readHeader(bytes: Uint8Array): { header: CheckpointHeader; columnsAt: number } {
  const contentBytes = bytes.length - CHECKPOINT_SUFFIX_BYTES;
  if (contentBytes < CHECKPOINT_PREFIX_BYTES) throw damaged(`${bytes.length} bytes are too few to hold one`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== CHECKPOINT_MAGIC) throw damaged('it does not begin with "TGEV"');
  const version = view.getUint32(4, true);
  if (version !== CHECKPOINT_VERSION) {
    throw new Error(`Evidence checkpoint of version ${version}, expected ${CHECKPOINT_VERSION}: replay the log.`);
  }
  if (view.getUint32(contentBytes, true) !== crc32(bytes.subarray(0, contentBytes))) {
    throw damaged('its checksum does not match');
  }
  const columnsAt = CHECKPOINT_PREFIX_BYTES + view.getUint32(8, true);
  const text = Array.from(bytes.subarray(CHECKPOINT_PREFIX_BYTES, columnsAt), (byte) => String.fromCharCode(byte));
  // The checksum and the version hold, so this is what `serializeEvidence` of this version wrote.
  const header = JSON.parse(text.join('')) as CheckpointHeader;
  if (header.byteOrder !== BYTE_ORDER) throw damaged(`it was written on a ${header.byteOrder}-endian machine`);
  return { header, columnsAt };
}

function emptyEpoch(state: EvidenceState, saved: EpochHeader): EpochEvidence {
  const { limits, tableSeed } = state;
  const epoch = openEpoch(saved.plan, { ...limits, bytesMax: limits.epochBytesMax, tableSeed });
  const waiting = { capacity: limits.waitingUnitsMax, latenessMs: limits.latenessMs };
  return { ...epoch, counts: { ...saved.counts }, waiting: new WaitingOutcomes(waiting, saved.waiting) };
}

function damaged(why: string): Error {
  return new Error(`Evidence checkpoint is damaged: ${why}. Replay the log instead.`);
}
