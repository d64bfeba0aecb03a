import { describe, expect, test } from 'vitest';
import { formatPercent, parsePercent } from './percent.ts';

describe('a percent', () => {
  test.each([
    ['0%', 0],
    ['1', 10_000],
    ['2.5%', 25_000],
    ['100%', 1_000_000],
    ['0.0001', 1],
    ['0.07%', 700],
    [' 50% ', 500_000],
  ])('%s is %i ppm', (text, ppm) => {
    expect(parsePercent(text)).toBe(ppm);
  });

  test.each(['', '101', '-1', '1e1', '1.', '.5', '0.00001', '5 %', '5%%', 'five', '1,5'])('%j is refused', (text) => {
    expect(parsePercent(text)).toBeUndefined();
  });

  test.each([
    [1, '0.0001%'],
    [700, '0.07%'],
    [25_000, '2.5%'],
    [500_000, '50%'],
    [1_000_000, '100%'],
    [0, '0%'],
  ])('%i ppm reads %s', (ppm, text) => {
    expect(formatPercent(ppm)).toBe(text);
  });

  test('every printed share can be typed again', () => {
    for (let ppm = 1; ppm <= 1_000_000; ppm += 997) expect(parsePercent(formatPercent(ppm))).toBe(ppm);
  });
});
