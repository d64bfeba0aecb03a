/**
 * SHA-1 (FIPS 180-4, section 6.1) of the UTF-8 of a text; a lone surrogate counts as U+FFFD, as in Node's `crypto`.
 * Broken for signatures, and kept here for one use: another vendor's buckets are cut from it. Synchronous, and the same
 * in a page, where `crypto.subtle` is neither. Gives the digest's first two of five 32-bit words, unsigned.
 */
export function sha1Start(text: string): readonly [high: number, low: number] {
  begin();
  for (let at = 0; at < text.length; at++) {
    const codePoint = text.codePointAt(at) ?? 0;
    if (codePoint > 0xffff) at++;
    pushCodePoint(codePoint >= 0xd800 && codePoint <= 0xdfff ? 0xfffd : codePoint);
  }
  end();
  return [h0 >>> 0, h1 >>> 0];
}

const BLOCK_BYTES = 64;
const LENGTH_BYTES = 8;

// One text at a time, in memory of its own: hashing is synchronous, so a text always ends before the next begins.
const schedule = new Int32Array(80);
let byteCount = 0;
let h0 = 0;
let h1 = 0;
let h2 = 0;
let h3 = 0;
let h4 = 0;

function begin(): void {
  byteCount = 0;
  h0 = 0x67452301;
  h1 = 0xefcdab89 | 0;
  h2 = 0x98badcfe | 0;
  h3 = 0x10325476;
  h4 = 0xc3d2e1f0 | 0;
}

/** A one bit, zeros up to the length, and the length in bits. */
function end(): void {
  const bitCount = byteCount * 8;
  pushByte(0x80);
  while (byteCount % BLOCK_BYTES !== BLOCK_BYTES - LENGTH_BYTES) pushByte(0);
  pushWord(Math.floor(bitCount / 2 ** 32));
  pushWord(bitCount);
}

function pushCodePoint(codePoint: number): void {
  if (codePoint < 0x80) {
    pushByte(codePoint);
  } else if (codePoint < 0x800) {
    pushByte(0xc0 | (codePoint >> 6));
    pushTail(codePoint);
  } else if (codePoint < 0x10000) {
    pushByte(0xe0 | (codePoint >> 12));
    pushTail(codePoint >> 6);
    pushTail(codePoint);
  } else {
    pushByte(0xf0 | (codePoint >> 18));
    pushTail(codePoint >> 12);
    pushTail(codePoint >> 6);
    pushTail(codePoint);
  }
}

function pushTail(bits: number): void {
  pushByte(0x80 | (bits & 0x3f));
}

function pushWord(word: number): void {
  for (let bits = 24; bits >= 0; bits -= 8) pushByte((word >>> bits) & 0xff);
}

function pushByte(byte: number): void {
  const index = (byteCount % BLOCK_BYTES) >> 2;
  schedule[index] = ((schedule[index] ?? 0) << 8) | byte;
  byteCount++;
  if (byteCount % BLOCK_BYTES === 0) mixBlock();
}

function mixBlock(): void {
  for (let round = 16; round < 80; round++) {
    const mixed = word(round - 3) ^ word(round - 8) ^ word(round - 14) ^ word(round - 16);
    schedule[round] = (mixed << 1) | (mixed >>> 31);
  }
  let a = h0;
  let b = h1;
  let c = h2;
  let d = h3;
  let e = h4;
  for (let round = 0; round < 80; round++) {
    const next = (((a << 5) | (a >>> 27)) + choose(round, b, c, d) + e + word(round)) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  h0 = (h0 + a) | 0;
  h1 = (h1 + b) | 0;
  h2 = (h2 + c) | 0;
  h3 = (h3 + d) | 0;
  h4 = (h4 + e) | 0;
}

function word(round: number): number {
  return schedule[round] ?? 0;
}

/** The function of a round, with its constant. */
function choose(round: number, b: number, c: number, d: number): number {
  if (round < 20) return (((b & c) | (~b & d)) + 0x5a827999) | 0;
  if (round < 40) return ((b ^ c ^ d) + 0x6ed9eba1) | 0;
  if (round < 60) return (((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc) | 0;
  return ((b ^ c ^ d) + 0xca62c1d6) | 0;
}
