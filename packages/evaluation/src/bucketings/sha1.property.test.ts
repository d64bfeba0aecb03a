import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha1Start } from './sha1.ts';

const hex = (text: string) =>
  sha1Start(text)
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');

test.each([
  ['', 'da39a3ee5e6b4b0d3255bfef95601890afd80709'],
  ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
  ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
  ['a'.repeat(1_000_000), '34aa973cd4c4daa4f61eeb2bdbad27316534016f'],
])('the SHA-1 of %.20s is that of FIPS 180', (text, digest) => expect(hex(text)).toBe(digest.slice(0, 16)));

test('any text has the SHA-1 of its UTF-8, whatever its length and its surrogates', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 200 }),
    fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 150 }).map((units) => String.fromCharCode(...units)),
  );
  fc.assert(
    fc.property(text, (it) => {
      expect(hex(it)).toBe(createHash('sha1').update(it, 'utf8').digest('hex').slice(0, 16));
    }),
    { seed: 20_261_122, numRuns: 500 },
  );
});
