import { expect, test } from 'vitest';
import { foldedUnits, lowBytes, murmur3 } from './murmur3.ts';

// The vectors that implementations of MurmurHash3 x86 32 pass around
// (https://stackoverflow.com/questions/14747343/murmurhash3-test-vectors).
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0, 0x2e4ff723],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('%j with the seed %i', (text, seed, hash) => {
  expect(murmur3(text, { seed, wordAt: lowBytes })).toBe(hash);
  expect(murmur3(text, { seed, wordAt: foldedUnits })).toBe(hash);
});
