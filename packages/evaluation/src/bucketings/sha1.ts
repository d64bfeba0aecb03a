/**
 * SHA-1 (FIPS 180-4, section 6.1) of the UTF-8 of a text; a lone surrogate counts as U+FFFD, as in Node's `crypto`.
 * Broken for signatures, and kept here for one use: another vendor's buckets are cut from it. Synchronous, and the same
 * in a page, where `crypto.subtle` is neither.
 */
export function sha1(text: string): readonly [number, number, number, number, number] {
  const words = paddedWords(text);
  let [h0, h1, h2, h3, h4] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
  for (let at = 0; at < words.length; at += BLOCK_WORDS) {
    schedule.set(words.subarray(at, at + BLOCK_WORDS));
    for (let round = BLOCK_WORDS; round < ROUNDS; round++) {
      const mixed = scheduled(round - 3) ^ scheduled(round - 8) ^ scheduled(round - 14) ^ scheduled(round - 16);
      schedule[round] = rotateLeft(mixed, 1);
    }
    let [a, b, c, d, e] = [h0, h1, h2, h3, h4];
    for (let round = 0; round < ROUNDS; round++) {
      const next = (rotateLeft(a, 5) + choose(round, b, c, d) + e + scheduled(round)) | 0;
      e = d;
      d = c;
      c = rotateLeft(b, 30);
      b = a;
      a = next;
    }
    h0 = (h0 + a) | 0;
    h1 = (h1 + b) | 0;
    h2 = (h2 + c) | 0;
    h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0;
  }
  return [h0 >>> 0, h1 >>> 0, h2 >>> 0, h3 >>> 0, h4 >>> 0];
}

const BLOCK_WORDS = 16;
const ROUNDS = 80;
/** Reused: hashing is synchronous, so one text ends before the next begins. */
const schedule = new Int32Array(ROUNDS);

function scheduled(round: number): number {
  return schedule[round] ?? 0;
}

/** The function of a round with its constant. */
function choose(round: number, b: number, c: number, d: number): number {
  if (round < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (round < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (round < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

/** The bytes as big-endian words: then a one bit, zeros to the end of a block, and the length in bits. */
function paddedWords(text: string): Int32Array {
  const bytes = utf8(text);
  const wordCount = (Math.ceil((bytes.length + 9) / (BLOCK_WORDS * 4)) * BLOCK_WORDS) | 0;
  const view = new DataView(new ArrayBuffer(wordCount * 4));
  for (const [index, byte] of bytes.entries()) view.setUint8(index, byte);
  view.setUint8(bytes.length, 0x80);
  view.setUint32(wordCount * 4 - 8, Math.floor((bytes.length * 8) / 2 ** 32));
  view.setUint32(wordCount * 4 - 4, bytes.length * 8);
  return Int32Array.from({ length: wordCount }, (_, index) => view.getInt32(index * 4));
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const read = character.codePointAt(0) ?? 0;
    const codePoint = read >= 0xd800 && read <= 0xdfff ? 0xfffd : read;
    if (codePoint < 0x80) bytes.push(codePoint);
    else if (codePoint < 0x800) bytes.push(0xc0 | (codePoint >> 6), tail(codePoint));
    else if (codePoint < 0x10000) bytes.push(0xe0 | (codePoint >> 12), tail(codePoint >> 6), tail(codePoint));
    else bytes.push(0xf0 | (codePoint >> 18), tail(codePoint >> 12), tail(codePoint >> 6), tail(codePoint));
  }
  return bytes;
}

function tail(bits: number): number {
  return 0x80 | (bits & 0x3f);
}
