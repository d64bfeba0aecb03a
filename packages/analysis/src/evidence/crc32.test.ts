import { crc32 as zlibCrc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { crc32 } from './crc32.ts';

test('the check value of the standard', () => {
  expect(crc32(Uint8Array.from('123456789', (character) => character.charCodeAt(0)))).toBe(0xcbf4_3926);
});

test('agrees with zlib on bytes of any length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      expect(crc32(bytes)).toBe(zlibCrc32(bytes));
    }),
  );
});
