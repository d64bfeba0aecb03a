import { signedXxh32Utf8, xxh32Le32, xxh32Utf8 } from './xxh32.ts';

/**
 * Which of a million positions a unit takes, in two hashes:
 *
 *     h0 = xxh32(utf8(unitKey), 0)                       once per unit, the same for every flag
 *     seed = xxh32(utf8(salt), 0)                        once per split, when it is compiled
 *     position = floor(xxh32(le32(h0), seed) * 1e6 / 2^32)
 *
 * The product stays below 2^52 and the divisor is a power of two, so doubles are exact (in any order of the two), and
 * any language's XXH32 gives the same position. Two units whose h0 collide share every bucket: about 116 pairs among a million units.
 */
export const POSITIONS_PPM = 1_000_000;
const PPM_PER_HASH = POSITIONS_PPM / 2 ** 32;

/** A unit as events carry it: the XXH32 of its key with the seeds 0 (which also buckets it) and 1. */
export interface UnitHashes {
  readonly h0: number;
  readonly h1: number;
}

let lastHashes: UnitHashes = { h0: 0, h1: 0 };
let lastHashedKey: string | undefined;

/** Both hashes of a unit key; those of the last one are remembered, and shared. */
export function unitHashes(unitKey: string): UnitHashes {
  if (unitKey !== lastHashedKey) {
    lastHashes = { h0: unitHash(unitKey), h1: xxh32Utf8(unitKey, 1) };
    lastHashedKey = unitKey;
  }
  return lastHashes;
}

/** The seed that a salt (a flag's own or a bucket group) gives to its buckets. */
export function seedOf(salt: string): number {
  return xxh32Utf8(salt, 0);
}

/** The position in [0, 1 000 000) of a unit, by its h0, under a seed. */
export function positionPpm(h0: number, seed: number): number {
  // Cutting to 32 bits is the floor here, and tells engines that it is a small integer, which they do not box.
  return (xxh32Le32(h0, seed) * PPM_PER_HASH) | 0;
}

// One context usually meets many flags in a row. Remembering the last key alone hashes it once for all of them.
let lastUnitKey = '';
// Kept as a signed integer, which engines do not box.
let lastHash = signedXxh32Utf8('', 0);

/** h0 of a unit key. */
export function unitHash(unitKey: string): number {
  if (unitKey !== lastUnitKey) {
    lastHash = signedXxh32Utf8(unitKey, 0);
    lastUnitKey = unitKey;
  }
  return lastHash >>> 0;
}
