import { expect, test } from 'vitest';
import { visibleRange } from './visible-range.ts';

test('of five thousand rows only those on the screen are there', () => {
  const seen = visibleRange({ scrollTop: 44 * 2_000, height: 440, rowHeight: 44, rowCount: 5_000 });
  expect(seen).toEqual({ first: 1_992, end: 2_018 });
});

test('a list that became shorter than where it was scrolled to shows its end', () => {
  expect(visibleRange({ scrollTop: 9_999, height: 440, rowHeight: 44, rowCount: 3 })).toEqual({ first: 3, end: 3 });
  expect(visibleRange({ scrollTop: 0, height: 440, rowHeight: 44, rowCount: 3 })).toEqual({ first: 0, end: 3 });
});
