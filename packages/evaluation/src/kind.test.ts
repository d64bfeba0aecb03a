import { expect, test } from 'vitest';
import { kindOf, matchesKind } from './kind.ts';

test('scalars have kinds of their own, and all other JSON is json', () => {
  expect([true, 'a', 1.5, null, [], {}].map(kindOf)).toEqual(['boolean', 'string', 'number', 'json', 'json', 'json']);
});

test('what is no JSON has no kind', () => {
  expect([undefined, () => 1, 1n, Symbol('s')].map(kindOf)).toEqual([undefined, undefined, undefined, undefined]);
});

test('a value matches its kind alone', () => {
  expect(matchesKind('boolean', false)).toBe(true);
  expect(matchesKind('boolean', 'false')).toBe(false);
  expect(matchesKind('json', 'text')).toBe(false);
  expect(matchesKind('json', undefined)).toBe(false);
});
