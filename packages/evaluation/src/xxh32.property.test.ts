import fc from 'fast-check';
import { test } from 'vitest';
import XXH from 'xxhashjs';
import { xxh32Le32, xxh32Utf8 } from './xxh32.ts';

const seed = fc.oneof(fc.constantFrom(0, 1, 0xffff_ffff), fc.integer({ min: 0, max: 0xffff_ffff }));
const oracle = (bytes: Buffer, seedOfHash: number) => XXH.h32(bytes, seedOfHash).toNumber();

test('every text hashes as xxhashjs hashes its UTF-8', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.string({ unit: 'grapheme', maxLength: 20 }),
  );
  fc.assert(
    fc.property(text, seed, (key, hashSeed) => xxh32Utf8(key, hashSeed) === oracle(Buffer.from(key), hashSeed)),
    { numRuns: 300 },
  );
});

test('texts of every length to 200 hash as xxhashjs hashes them', () => {
  const units = fc.constantFrom('k', 'ü', '€', '🔑');
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), units, seed, (length, unit, hashSeed) => {
      const ascii = 'user-4711-'.repeat(20).slice(0, length);
      return [ascii, `${ascii}${unit}`, unit.repeat(length)].every(
        (key) => xxh32Utf8(key, hashSeed) === oracle(Buffer.from(key), hashSeed),
      );
    }),
    { numRuns: 300 },
  );
});

test('every number hashes as xxhashjs hashes its four bytes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), seed, (value, hashSeed) => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32LE(value);
      return xxh32Le32(value, hashSeed) === oracle(bytes, hashSeed);
    }),
  );
});
