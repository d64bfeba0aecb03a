import { expect, test } from 'vitest';
import { cut, oneLine } from './cut.ts';

const double = (character: string) => (character === '&' ? '&amp;' : character);

test('what fits stays as it is', () => {
  expect(cut('four', 4)).toBe('four');
  expect(cut('', 4)).toBe('');
});

test('what does not fit ends with a mark, and within the length', () => {
  expect(cut('fives', 4)).toBe('fiv…');
  expect(cut('🌊🌊🌊', 4)).toBe('🌊…');
});

test('no character is cut through, neither one of two halves nor one that is written longer', () => {
  expect(cut('a&b', 6, double)).toBe('a…');
  expect(cut('a&b', 7, double)).toBe('a&amp;b');
});

test('a line stays one line', () => {
  expect(oneLine('one\r\ntwo\u2028three')).toBe('one two three');
});
