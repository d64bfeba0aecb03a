import { expect, test } from 'vitest';
import { fisherExact } from './fisher-exact.ts';

test('the lady who tastes all eight cups right does so by chance once in 70', () => {
  const { p } = fisherExact({ yes: 0, no: 4 }, { yes: 4, no: 0 });
  expect(p.greater).toBeCloseTo(1 / 70, 14);
  expect(p.less).toBeCloseTo(1, 14);
  expect(p.twoSided).toBeCloseTo(2 / 70, 14);
});

test('exchanging the arms exchanges the sides', () => {
  const one = fisherExact({ yes: 3, no: 40 }, { yes: 11, no: 25 });
  const other = fisherExact({ yes: 11, no: 25 }, { yes: 3, no: 40 });
  expect(one.p.greater).toBeCloseTo(other.p.less, 14);
  expect(one.p.twoSided).toBeCloseTo(other.p.twoSided, 14);
});

test('nothing that happened, or no units, shows nothing', () => {
  const nothing = { greater: 1, less: 1, twoSided: 1 };
  expect(fisherExact({ yes: 0, no: 5 }, { yes: 0, no: 9 }).p).toEqual(nothing);
  expect(fisherExact({ yes: 0, no: 0 }, { yes: 0, no: 0 }).p).toEqual(nothing);
});
