import { expect, test } from 'vitest';
import { mannWhitney } from './mann-whitney.ts';

test('of 20 orders of three and three units, one has treatment on top', () => {
  const { exact, superiority } = mannWhitney([1, 2, 3], [4, 5, 6]);
  expect(superiority).toBe(1);
  expect(exact?.greater).toBeCloseTo(1 / 20, 14);
  expect(exact?.less).toBeCloseTo(1, 14);
  expect(exact?.twoSided).toBeCloseTo(2 / 20, 14);
});

test('arms of different sizes exchange their one-sided p when they are exchanged', () => {
  const one = mannWhitney([1, 4, 6, 9], [2, 3]);
  const other = mannWhitney([2, 3], [1, 4, 6, 9]);
  expect(one.exact?.greater).toBeCloseTo(other.exact?.less ?? Number.NaN, 14);
  expect(one.approximate.greater).toBeCloseTo(other.approximate.less, 14);
});

test('a tie counts half and leaves the exact law out', () => {
  expect(mannWhitney([1, 2], [2, 3])).toMatchObject({ uTreatment: 3.5, uControl: 0.5, exact: null });
});

test('without a difference, or without units, nothing is shown', () => {
  const nothing = { greater: 1, less: 1, twoSided: 1 };
  expect(mannWhitney([5, 5], [5, 5, 5])).toMatchObject({ superiority: 0.5, approximate: nothing });
  expect(mannWhitney([], [1])).toMatchObject({ superiority: 0.5, approximate: nothing, exact: null });
});
