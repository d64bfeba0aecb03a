import { expect, test } from 'vitest';
import type { JsonValue } from '../json.ts';
import { unleashBucketing } from './unleash.ts';

const VARIANT_SEED = 86_028_157;

const positionOf = (groupId: string, unit: string, seed: number) => {
  const bucketing = { algorithm: 'unleash', groupId, seed, bucketCount: 100, takes: 'text' } as const;
  return unleashBucketing.positionOf(bucketing, unleashBucketing.inputOf(bucketing, unit) ?? '');
};

// From the tests of Unleash's SDKs (https://github.com/Unleash/unleash-client-node).
test.each([
  ['gr1', '123', 0, 73],
  ['groupX', '999', 0, 25],
  ['gr1', '123', VARIANT_SEED, 96],
  ['groupX', '999', VARIANT_SEED, 60],
])('in %s the unit %s with the seed %i is at %i', (groupId, unit, seed, position) => {
  expect(positionOf(groupId, unit, seed)).toBe(position);
});

test('which values are units depends on who asks', () => {
  const inputs = (takes: 'truthy' | 'text' | 'present') => {
    const bucketing = { algorithm: 'unleash', groupId: 'g', seed: 0, bucketCount: 100, takes } as const;
    const units: (JsonValue | undefined)[] = ['u', 7, 0, false, '', [], null, undefined];
    return units.map((unit) => unleashBucketing.inputOf(bucketing, unit));
  };
  const none = undefined;
  expect(inputs('truthy')).toEqual(['g:u', 'g:7', none, none, none, 'g:', none, none]);
  expect(inputs('text')).toEqual(['g:u', none, none, none, none, none, none, none]);
  expect(inputs('present')).toEqual(['g:u', 'g:7', 'g:0', 'g:false', none, none, none, none]);
});
