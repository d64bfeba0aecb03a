import { expect, test } from 'vitest';
import { joinDecisions } from './join-decisions.ts';

const log = (from: number, to: number) =>
  Array.from({ length: from - to + 1 }, (_, index) => ({ sequence: from - index }));
const join = (page: ReturnType<typeof log>, known: ReturnType<typeof log>) => {
  const { items, meets } = joinDecisions(page, known);
  return { sequences: items.map(({ sequence }) => sequence), meets };
};

test('what came since is put before what was known, and what both have stands once', () => {
  expect(join(log(9, 6), log(7, 3))).toEqual({ sequences: [9, 8, 7, 6, 5, 4, 3], meets: true });
  expect(join(log(9, 8), log(7, 6))).toEqual({ sequences: [9, 8, 7, 6], meets: true });
});

test('an older page goes behind', () => {
  expect(join(log(2, 1), log(5, 3))).toEqual({ sequences: [5, 4, 3, 2, 1], meets: true });
});

test('a gap is never closed by pretending: then only the page is known', () => {
  expect(join(log(20, 18), log(7, 3))).toEqual({ sequences: [20, 19, 18], meets: false });
});

test('nothing known, or nothing new, is no gap', () => {
  expect(join(log(3, 1), [])).toEqual({ sequences: [3, 2, 1], meets: false });
  expect(join([], log(3, 1))).toEqual({ sequences: [3, 2, 1], meets: true });
});
