import {
  BYTE_ORDER,
  CHECKPOINT_MAGIC,
  CHECKPOINT_PREFIX_BYTES,
  CHECKPOINT_SUFFIX_BYTES,
  CHECKPOINT_VERSION,
  type CheckpointHeader,
  type EpochHeader,
  listSums,
  type SavedFeed,
  type SavedGenerations,
} from './checkpoint.ts';
import type { Column } from './column.ts';
import type { ColumnSnapshot } from './column-snapshot.ts';
import { crc32 } from './crc32.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import type { EvidenceState } from './evidence-state.ts';
import { listNames } from './name-blocks.ts';
import type { SavedInstances } from './sdk-instances.ts';
import { listWaiting } from './waiting-blocks.ts';
import type { WaitingUnit } from './waiting-outcomes.ts';

/**
 * The books as bytes, for a checkpoint. Equal books give equal bytes, however they came about: read in one piece or
 * restored in the middle.
 */
export function serializeEvidence(state: EvidenceState): Uint8Array {
  const parts = [...serializeInParts(state, WHOLE_PART_BYTES)];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

const WHOLE_PART_BYTES = 1_048_576;

/**
 * The same bytes in parts of at most `partBytes`, each written down only when it is asked for. All of them are of this
 * moment, whatever is counted until the last: what waits is replaced and never changed, and of the units and windows of
 * the epochs a page that is about to change is copied first.
 */
export function serializeInParts(state: EvidenceState, partBytes: number): Iterable<Uint8Array> {
  const waiting = state.waiting.save();
  const feeds = listFeedsOf(waiting.units);
  const instances = state.instances.list();
  const epochs = [...state.epochs.values()].map(captureEpoch);
  const header: CheckpointHeader = {
    byteOrder: BYTE_ORDER,
    limits: state.limits,
    nowMs: state.nowMs,
    instances: countsOf(instances.keys, instances.youngCount, state.instancesSinceMs),
    totals: state.totals,
    flow: state.flow,
    epochCount: state.epochCount,
    waiting: { ...countsOf(waiting.units, waiting.youngCount, waiting.youngSinceMs), feeds },
    epochs: epochs.map(({ header }) => header),
  };
  const text = asciiJson(header);
  return inParts(
    partBytes,
    (function* () {
      yield prefixOf(text);
      yield* listNames(instances.keys);
      yield Float64Array.from(instances.values);
      yield* listWaiting(
        waiting.units,
        feeds.map(([key]) => key),
      );
      for (const { instances, rows, sums } of epochs) {
        yield* listNames(instances.keys);
        yield Float64Array.from(instances.values.flat());
        for (const snapshot of rows) yield* snapshot.list();
        yield* sums;
      }
    })(),
  );
}

interface EpochAtOnce {
  readonly header: EpochHeader;
  readonly instances: SavedInstances;
  readonly rows: readonly ColumnSnapshot[];
  readonly sums: readonly Column[];
}

function captureEpoch(epoch: EpochEvidence): EpochAtOnce {
  const { closed, counts, increments, plan, progress, serial, table, windows } = epoch;
  const instances = epoch.instances.save();
  const bins = [...increments.bins.entries()].flatMap(([index, counted]) =>
    counted === undefined ? [] : [[index, [...counted]] as const],
  );
  return {
    header: {
      serial,
      plan,
      counts,
      rowCount: table.rowCount,
      windows: windows.save(),
      instances: countsOf(instances.keys, instances.youngCount, instances.youngSinceMs),
      progress,
      bins,
    },
    instances,
    rows: [table.snapshot(), windows.snapshot()],
    sums: listSums(increments, closed).map((column) => column.slice()),
  };
}

function countsOf(entries: readonly unknown[], youngCount: number, sinceMs: number): SavedGenerations {
  return { youngCount, oldCount: entries.length - youngCount, sinceMs };
}

/** In the order in which outcomes name them. */
function listFeedsOf(units: readonly WaitingUnit[]): readonly SavedFeed[] {
  const feeds = new Map<string, SavedFeed>();
  for (const { outcomes } of units) {
    for (const { feed } of outcomes) if (!feeds.has(feed.key)) feeds.set(feed.key, [feed.key, feed.isSummed]);
  }
  return [...feeds.values()];
}

/** What comes before the columns. */
function prefixOf(header: string): Uint8Array {
  const bytes = new Uint8Array(CHECKPOINT_PREFIX_BYTES + header.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CHECKPOINT_MAGIC, true);
  view.setUint32(4, CHECKPOINT_VERSION, true);
  view.setUint32(8, header.length, true);
  for (let index = 0; index < header.length; index++) bytes[CHECKPOINT_PREFIX_BYTES + index] = header.charCodeAt(index);
  return bytes;
}

/** Cuts columns into parts, and puts the checksum after them. */
function* inParts(partBytes: number, columns: Iterable<Column>): Generator<Uint8Array> {
  let part = new Uint8Array(partBytes);
  let used = 0;
  let checksum = 0;
  for (const column of columns) {
    for (let from = 0; from < column.byteLength; ) {
      const piece = new Uint8Array(
        column.buffer,
        column.byteOffset + from,
        Math.min(column.byteLength - from, partBytes - used),
      );
      part.set(piece, used);
      used += piece.length;
      from += piece.length;
      if (used < partBytes) continue;
      checksum = crc32(part, checksum);
      yield part;
      part = new Uint8Array(partBytes);
      used = 0;
    }
  }
  const rest = part.subarray(0, used);
  const last = new Uint8Array(used + CHECKPOINT_SUFFIX_BYTES);
  last.set(rest);
  new DataView(last.buffer).setUint32(used, crc32(rest, checksum), true);
  yield last;
}

/** One byte per character, so that no text encoder is needed. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
