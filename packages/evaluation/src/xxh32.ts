/**
 * XXH32 (Yann Collet; https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md), of exactly what bucketing needs:
 * the UTF-8 of a text, and the four bytes of a number. Nothing here allocates.
 *
 * Almost every key is ASCII, where a UTF-16 unit is its UTF-8 byte, so that path reads the text in place. It notices
 * other text on the way (in `seen`, the OR of all units) and starts over on a path that encodes byte by byte.
 *
 *     16-byte stripes ─▶ 4 lanes ─▶ merged ─▶ + length ─▶ 4-byte words ─▶ single bytes ─▶ avalanche
 */
const PRIME_1 = 0x9e3779b1 | 0;
const PRIME_2 = 0x85ebca77 | 0;
const PRIME_3 = 0xc2b2ae3d | 0;
const PRIME_4 = 0x27d4eb2f | 0;
const PRIME_5 = 0x165667b1 | 0;
const STRIPE_BYTES = 16;
const ASCII_MAX = 0x7f;

/** The OR of all UTF-16 units that were read since it was last set to 0. */
let seen = 0;

/** XXH32 of the UTF-8 of `text.toWellFormed()`: a lone surrogate counts as U+FFFD. An unsigned 32-bit integer. */
export function xxh32Utf8(text: string, seed: number): number {
  return signedXxh32Utf8(text, seed) >>> 0;
}

/** The same as a signed integer, which engines do not box. */
export function signedXxh32Utf8(text: string, seed: number): number {
  const length = text.length;
  let at = 0;
  let hash = (seed + PRIME_5) | 0;
  seen = 0;
  if (length >= STRIPE_BYTES) {
    let lane1 = (seed + PRIME_1 + PRIME_2) | 0;
    let lane2 = (seed + PRIME_2) | 0;
    let lane3 = seed | 0;
    let lane4 = (seed - PRIME_1) | 0;
    // One round for one lane; the lanes rotate, and after the four rounds of a stripe each is in its place again.
    for (const end = length - (length % STRIPE_BYTES); at < end; at += 4) {
      const mixed = mixLane(lane1, wordAt(text, at));
      lane1 = lane2;
      lane2 = lane3;
      lane3 = lane4;
      lane4 = mixed;
    }
    hash = mergeLanes(lane1, lane2, lane3, lane4);
  }
  hash = (hash + length) | 0;
  for (; at + 4 <= length; at += 4) hash = mixWord(hash, wordAt(text, at));
  for (; at < length; at++) hash = mixByte(hash, byteAt(text, at));
  return seen > ASCII_MAX ? xxh32Encoded(text, seed) : avalanche(hash);
}

/** XXH32 of the four little-endian bytes of an unsigned 32-bit integer. */
export function xxh32Le32(value: number, seed: number): number {
  return avalanche(mixWord((seed + PRIME_5 + 4) | 0, value)) >>> 0;
}

/** XXH32 of bytes, on the same path as text that is not ASCII. */
export function xxh32Bytes(bytes: Uint8Array, seed: number): number {
  beginStream(seed);
  for (const byte of bytes) pushByte(byte);
  return endStream(seed) >>> 0;
}

function xxh32Encoded(text: string, seed: number): number {
  beginStream(seed);
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit < 0x80) pushByte(unit);
    else if (unit < 0x800) {
      pushByte(0xc0 | (unit >> 6));
      pushByte(0x80 | (unit & 0x3f));
    } else if (isSurrogatePair(unit, text.charCodeAt(at + 1))) {
      at++;
      const codePoint = 0x10000 + ((unit & 0x3ff) << 10) + (text.charCodeAt(at) & 0x3ff);
      pushByte(0xf0 | (codePoint >> 18));
      pushByte(0x80 | ((codePoint >> 12) & 0x3f));
      pushByte(0x80 | ((codePoint >> 6) & 0x3f));
      pushByte(0x80 | (codePoint & 0x3f));
    } else {
      const codePoint = isSurrogate(unit) ? 0xfffd : unit;
      pushByte(0xe0 | (codePoint >> 12));
      pushByte(0x80 | ((codePoint >> 6) & 0x3f));
      pushByte(0x80 | (codePoint & 0x3f));
    }
  }
  return endStream(seed);
}

/** Four units as the bytes of a little-endian word; nonsense when one is no byte, but then `seen` tells. */
function wordAt(text: string, at: number): number {
  const a = text.charCodeAt(at);
  const b = text.charCodeAt(at + 1);
  const c = text.charCodeAt(at + 2);
  const d = text.charCodeAt(at + 3);
  seen |= a | b | c | d;
  return a | (b << 8) | (c << 16) | (d << 24);
}

function byteAt(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  seen |= unit;
  return unit;
}

/** After the end of the text `next` is NaN, which is no surrogate. */
function isSurrogatePair(unit: number, next: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff && next >= 0xdc00 && next <= 0xdfff;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

// One stream at a time, in memory of its own: hashing is synchronous, so a stream always ends before the next begins.
const stripe = new DataView(new ArrayBuffer(STRIPE_BYTES));
const lanes = new Int32Array(4);
let byteCount = 0;

function beginStream(seed: number): void {
  byteCount = 0;
  lanes[0] = seed + PRIME_1 + PRIME_2;
  lanes[1] = seed + PRIME_2;
  lanes[2] = seed;
  lanes[3] = seed - PRIME_1;
}

function pushByte(byte: number): void {
  stripe.setUint8(byteCount % STRIPE_BYTES, byte);
  byteCount++;
  if (byteCount % STRIPE_BYTES !== 0) return;
  for (let lane = 0; lane < 4; lane++) lanes[lane] = mixLane(lanes[lane] ?? 0, stripe.getInt32(lane * 4, true));
}

function endStream(seed: number): number {
  const [lane1 = 0, lane2 = 0, lane3 = 0, lane4 = 0] = lanes;
  let hash = byteCount < STRIPE_BYTES ? seed + PRIME_5 : mergeLanes(lane1, lane2, lane3, lane4);
  hash = (hash + byteCount) | 0;
  const left = byteCount % STRIPE_BYTES;
  let at = 0;
  for (; at + 4 <= left; at += 4) hash = mixWord(hash, stripe.getInt32(at, true));
  for (; at < left; at++) hash = mixByte(hash, stripe.getUint8(at));
  return avalanche(hash);
}

// The rotations are written out: calls of a call are more than a compiler inlines, and the hash takes twice as long.

function mixLane(lane: number, word: number): number {
  const sum = (lane + Math.imul(word, PRIME_2)) | 0;
  return Math.imul((sum << 13) | (sum >>> 19), PRIME_1);
}

function mergeLanes(lane1: number, lane2: number, lane3: number, lane4: number): number {
  const lanes12 = ((lane1 << 1) | (lane1 >>> 31)) + ((lane2 << 7) | (lane2 >>> 25));
  const lanes34 = ((lane3 << 12) | (lane3 >>> 20)) + ((lane4 << 18) | (lane4 >>> 14));
  return (lanes12 + lanes34) | 0;
}

function mixWord(hash: number, word: number): number {
  const sum = (hash + Math.imul(word, PRIME_3)) | 0;
  return Math.imul((sum << 17) | (sum >>> 15), PRIME_4);
}

function mixByte(hash: number, byte: number): number {
  const sum = (hash + Math.imul(byte, PRIME_5)) | 0;
  return Math.imul((sum << 11) | (sum >>> 21), PRIME_1);
}

function avalanche(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  mixed = Math.imul(mixed ^ (mixed >>> 13), PRIME_3);
  return mixed ^ (mixed >>> 16);
}
