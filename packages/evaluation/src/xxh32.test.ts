import { expect, test } from 'vitest';
import { xxh32Bytes, xxh32Le32, xxh32Utf8 } from './xxh32.ts';

const PRIME_32 = 2_654_435_761;
const PRIME_64 = 11_400_714_785_074_694_797n;

/** The buffer of the sanity checks of the xxHash repository (`XSUM_fillTestBuffer`). */
function sanityBuffer(length: number): Uint8Array {
  let generator = BigInt(PRIME_32);
  return Uint8Array.from({ length }, () => {
    const byte = Number(generator >> 56n);
    generator = BigInt.asUintN(64, generator * PRIME_64);
    return byte;
  });
}

test.each([
  [0, 0, 0x02cc5d05],
  [0, PRIME_32, 0x36b78ae7],
  [1, 0, 0xcf65b03e],
  [1, PRIME_32, 0xb4545aa4],
  [14, 0, 0x1208e7e2],
  [14, PRIME_32, 0x6af1d1fe],
  [222, 0, 0x5bd11dbd],
  [222, PRIME_32, 0x58803c5f],
])('the sanity check of %i bytes with seed %i of the xxHash repository holds', (length, seed, hash) => {
  expect(xxh32Bytes(sanityBuffer(length), seed)).toBe(hash);
});

test.each([
  ['', 0, 0x02cc5d05],
  ['', PRIME_32, 0x36b78ae7],
  ['a', 0, 0x550d7456],
  ['abc', 0, 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0, 0xe2293b2f],
  ['I want an unsigned 32-bit seed!', 0, 0xf7a35af8],
  ['I want an unsigned 32-bit seed!', 1, 0xd8d4b4ba],
])('the published hash of %j with seed %i holds', (text, seed, hash) => {
  expect(xxh32Utf8(text, seed)).toBe(hash);
});

test('text that is not ASCII is hashed as its UTF-8', () => {
  for (const text of ['é', 'Zürich', '東京都千代田区', '👩‍🚀 on a very long journey home', `${'a'.repeat(31)}\u0080`]) {
    expect(xxh32Utf8(text, 7)).toBe(xxh32Bytes(new TextEncoder().encode(text), 7));
  }
});

test('a unit above 255 is not taken for its low byte, wherever it stands', () => {
  for (let at = 0; at < 40; at++) {
    const ascii = 'x'.repeat(40);
    const other = `${ascii.slice(0, at)}\u0178${ascii.slice(at + 1)}`;
    expect(xxh32Utf8(other, 0)).toBe(xxh32Bytes(new TextEncoder().encode(other), 0));
  }
});

test('a lone surrogate counts as U+FFFD', () => {
  expect(xxh32Utf8('a\ud800b', 0)).toBe(xxh32Utf8('a\ufffdb', 0));
  expect(xxh32Utf8('\udc00', 0)).toBe(xxh32Utf8('\ufffd', 0));
  expect(xxh32Utf8('end\ud83d', 0)).toBe(xxh32Utf8('end\ufffd', 0));
});

test('a number is hashed as its four little-endian bytes', () => {
  expect(xxh32Le32(0x64636261, 5)).toBe(xxh32Utf8('abcd', 5));
  expect(xxh32Le32(0xffff_ffff, 0)).toBe(xxh32Bytes(Uint8Array.of(255, 255, 255, 255), 0));
});
