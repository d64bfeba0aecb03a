import { expect, test } from 'vitest';
import { positionPpm, seedOf, unitHash, unitHashes } from './bucket.ts';
import { xxh32Le32, xxh32Utf8 } from './xxh32.ts';

test('a unit travels as its XXH32 with the seeds 0 and 1', () => {
  expect(unitHashes('user-1')).toEqual({ h0: xxh32Utf8('user-1', 0), h1: xxh32Utf8('user-1', 1) });
});

test('the hash of a unit does not depend on who was hashed before', () => {
  const first = unitHash('ada');
  unitHash('grace');
  expect(unitHash('ada')).toBe(first);
  expect(unitHash('')).toBe(0x02cc5d05);
});

test('a position is the floor of the share of all hashes that lie below, in exact integers', () => {
  for (let h0 = 0; h0 < 2 ** 32; h0 += 7_919_111) {
    const seed = seedOf('salt');
    const exact = (BigInt(xxh32Le32(h0, seed)) * 1_000_000n) >> 32n;
    expect(positionPpm(h0, seed)).toBe(Number(exact));
  }
});
