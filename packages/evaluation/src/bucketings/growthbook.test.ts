import { expect, test } from 'vitest';
import { growthbookBucketing } from './growthbook.ts';

const positionOf = (seed: string, unit: string, hashVersion: 1 | 2) => {
  const bucketing = { algorithm: 'growthbook', seed, hashVersion } as const;
  return growthbookBucketing.positionOf(bucketing, growthbookBucketing.inputOf(bucketing, unit) ?? '');
};

// From the `hash` section of the cases that GrowthBook publishes for makers of SDKs
// (https://github.com/growthbook/growthbook, packages/sdk-js/test/cases.json).
test.each([
  ['', 'a', 1, 0.22],
  ['', 'b', 1, 0.077],
  ['b', 'a', 1, 0.946],
  ['ef', 'd', 1, 0.652],
  ['asdf', '8952klfjas09ujk', 1, 0.549],
  ['', '123', 1, 0.011],
  ['', '___)((*":&', 1, 0.563],
  ['seed', 'a', 2, 0.0505],
  ['seed', 'b', 2, 0.2696],
  ['foo', 'ab', 2, 0.2575],
  ['foo', 'def', 2, 0.2019],
  ['89123klj', '8952klfjas09ujkasdf', 2, 0.124],
  ['90850943850283058242805', '123', 2, 0.7516],
  ['()**(%$##$%#$#', '___)((*":&', 2, 0.0128],
] as const)('%j and %j are hashed by version %i to %d', (seed, unit, hashVersion, position) => {
  expect(positionOf(seed, unit, hashVersion)).toBe(position);
});

test('a unit is what JavaScript takes for true, written as a text', () => {
  const bucketing = { algorithm: 'growthbook', seed: 's', hashVersion: 2 } as const;
  const inputOf = (unit: Parameters<typeof growthbookBucketing.inputOf>[1]) =>
    growthbookBucketing.inputOf(bucketing, unit);
  expect([5, true, ['a', 'b'], {}].map(inputOf)).toEqual(['s5', 'strue', 'sa,b', 's[object Object]']);
  expect([undefined, null, 0, false, ''].map(inputOf)).toEqual(new Array(5).fill(undefined));
});
