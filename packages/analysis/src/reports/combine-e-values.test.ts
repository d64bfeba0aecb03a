import { expect, test } from 'vitest';
import { eBenjaminiHochberg, eBonferroni, meanEValue } from './combine-e-values.ts';

test('one strong metric among weak ones is found by each rule', () => {
  expect(meanEValue([0, 0, 300])).toBe(100);
  expect(eBonferroni([0, 0, 300], 0.05)).toEqual([2]);
  expect(eBenjaminiHochberg([0, 0, 300], 0.05)).toEqual([2]);
});

test('many middling metrics are found together only', () => {
  expect(eBonferroni([25, 25, 25], 0.05)).toEqual([]);
  expect(eBenjaminiHochberg([25, 25, 25], 0.05)).toEqual([0, 1, 2]);
});

test('without metrics there is no evidence', () => {
  expect(meanEValue([])).toBe(1);
  expect(eBonferroni([], 0.05)).toEqual([]);
  expect(eBenjaminiHochberg([], 0.05)).toEqual([]);
});
