import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { FLAGD_WEIGHT_MAX, flagdBucketing, flagdPosition } from './flagd.ts';
import { foldedUnits, murmur3 } from './murmur3.ts';

test('a position is exact for every total up to that of 31 bits', () => {
  const total = fc.oneof(fc.integer({ min: 1, max: FLAGD_WEIGHT_MAX }), fc.constantFrom(1, 100, FLAGD_WEIGHT_MAX));
  fc.assert(
    fc.property(fc.string(), total, (input, totalWeight) => {
      const hash = BigInt(murmur3(input, { seed: 0, wordAt: foldedUnits }));
      expect(flagdPosition(input, totalWeight)).toBe(Number((hash * BigInt(totalWeight)) >> 32n));
    }),
    { numRuns: 2_000 },
  );
});

test('which values are units depends on what is bucketed by', () => {
  const inputs = (takes: 'truthy' | 'text' | 'orNull' | 'orEmpty') => {
    const bucketing = { algorithm: 'flagd', prefix: 'f', totalWeight: 100, takes } as const;
    const units: (JsonValue | undefined)[] = ['u', 7, 0, '', ['a', 1], null, undefined];
    return units.map((unit) => flagdBucketing.inputOf(bucketing, unit));
  };
  const none = undefined;
  expect(inputs('truthy')).toEqual(['fu', 'f7', none, none, 'fa,1', none, none]);
  expect(inputs('text')).toEqual(['fu', none, none, 'f', none, none, none]);
  expect(inputs('orNull')).toEqual(['fu', 'f7', 'f0', 'f', 'fa,1', 'fnull', 'fnull']);
  expect(inputs('orEmpty')).toEqual(['fu', 'f7', 'f0', 'f', 'fa,1', 'f', 'f']);
});
