import {
  CHECKPOINT_MAGIC,
  CHECKPOINT_PREFIX_BYTES,
  CHECKPOINT_SUFFIX_BYTES,
  CHECKPOINT_VERSION,
  headerOf,
  listColumns,
} from './checkpoint.ts';
import { crc32 } from './crc32.ts';
import type { EpochEvidence } from './epoch-evidence.ts';
import type { EvidenceState } from './evidence-state.ts';

/**
 * The books as bytes, for a checkpoint. Equal books give equal bytes, however they came about: read in one piece or
 * restored in the middle.
 */
export function serializeEvidence(state: EvidenceState): Uint8Array {
  const header = asciiJson(headerOf(state));
  const columns = [...state.epochs.values()].flatMap((epoch) => listColumns(columnsOf(epoch)).map(bytesOf));
  const contentBytes = columns.reduce((sum, column) => sum + column.length, CHECKPOINT_PREFIX_BYTES + header.length);
  const bytes = new Uint8Array(contentBytes + CHECKPOINT_SUFFIX_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, CHECKPOINT_MAGIC, true);
  view.setUint32(4, CHECKPOINT_VERSION, true);
  view.setUint32(8, header.length, true);
  for (let index = 0; index < header.length; index++) {
    bytes[CHECKPOINT_PREFIX_BYTES + index] = header.charCodeAt(index);
  }
  let offset = CHECKPOINT_PREFIX_BYTES + header.length;
  for (const column of columns) {
    bytes.set(column, offset);
    offset += column.length;
  }
  view.setUint32(contentBytes, crc32(bytes.subarray(0, contentBytes)), true);
  return bytes;
}

function columnsOf({ table, windows, waiting, increments, closed }: EpochEvidence): Parameters<typeof listColumns>[0] {
  return {
    units: table.listRows(),
    windows: windows.listWindows(),
    waiting: waiting.listColumns(),
    increments,
    closed,
  };
}

/** One byte per character, so that no text encoder is needed. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function bytesOf(column: { readonly buffer: ArrayBufferLike; byteOffset: number; byteLength: number }): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}
