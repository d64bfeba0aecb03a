import { expect, test } from 'vitest';
import { chiSquareOfFit, chiSquareOfTable } from './chi-square.ts';

test('equal shares have no deviation', () => {
  expect(
    chiSquareOfTable(
      [
        [1, 9],
        [10, 90],
      ],
      { yates: false },
    ),
  ).toMatchObject({ statistic: 0, degrees: 1, p: 1 });
});

test('3.841 with one degree of freedom is the 5 % of any table', () => {
  const count = 50 * (1 + Math.sqrt(3.841458820694124 / 100));
  expect(chiSquareOfFit([count, 100 - count], [1, 1]).p).toBeCloseTo(0.05, 12);
});

test('a tail of 100 keeps its digits', () => {
  expect(chiSquareOfFit([495_000, 505_000], [0.5, 0.5]).p / 1.5239706048320995e-23).toBeCloseTo(1, 12);
});

test('Yates takes half a unit, in a two by two table only', () => {
  const wide = [
    [3, 4, 5],
    [6, 5, 4],
  ];
  expect(chiSquareOfTable(wide, { yates: true })).toEqual(chiSquareOfTable(wide, { yates: false }));
  expect(
    chiSquareOfTable(
      [
        [10, 10],
        [11, 9],
      ],
      { yates: true },
    ).p,
  ).toBeCloseTo(1, 12);
});

test('an outcome that nobody has takes no degree of freedom', () => {
  expect(
    chiSquareOfTable(
      [
        [10, 0, 20],
        [20, 0, 10],
      ],
      { yates: false },
    ).degrees,
  ).toBe(1);
  expect(
    chiSquareOfTable(
      [
        [0, 0],
        [0, 0],
      ],
      { yates: false },
    ),
  ).toMatchObject({ statistic: 0, p: 1 });
});
