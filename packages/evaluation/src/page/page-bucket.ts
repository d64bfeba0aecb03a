import type { UnitHashes } from '../bucket.ts';
import { xxh32Bytes } from './xxh32-bytes.ts';

/** In every browser and Node, and in no library of types that this package may have. */
declare class TextEncoder {
  encode(text: string): Uint8Array;
}

// Encoding replaces a lone surrogate by U+FFFD, as `toWellFormed` does.
const encoder = new TextEncoder();

let lastUnitKey: string | undefined;
let lastHashes: UnitHashes;

/** Both hashes of a unit key, as `unitHashes` of bucket.ts; those of the last one are remembered. */
export function pageUnitHashes(unitKey: string): UnitHashes {
  if (unitKey !== lastUnitKey) {
    const bytes = encoder.encode(unitKey);
    lastHashes = { h0: xxh32Bytes(bytes, 0), h1: xxh32Bytes(bytes, 1) };
    lastUnitKey = unitKey;
  }
  return lastHashes;
}

/** The position of a unit under a salt (see bucket.ts). */
export function pagePosition(unitKey: string, salt: string): number {
  const seed = xxh32Bytes(encoder.encode(salt), 0);
  // Little-endian, as every machine that runs a browser is.
  const word = new Uint8Array(new Uint32Array([pageUnitHashes(unitKey).h0]).buffer);
  return Math.floor((xxh32Bytes(word, seed) * 1e6) / 2 ** 32);
}
