import { expect, test } from 'vitest';
import { formatCount, formatElapsed, formatEvidence, formatInstant, formatPercent, formatRatio } from './format.ts';

test('shares read as percents, exactly', () => {
  expect([1, 700, 25_000, 1_000_000].map(formatPercent)).toEqual(['0.0001%', '0.07%', '2.5%', '100%']);
});

test('clocks show their two largest units', () => {
  expect([-1, 999, 83_400, 3_600_000, 90_000_000].map(formatElapsed)).toEqual(['0s', '0s', '1m 23s', '1h', '1d 1h']);
});

test('counts are grouped, and evidence that cannot be said is none', () => {
  expect(formatCount(22_871)).toBe('22\u00a0871');
  expect([1.234, Number.NEGATIVE_INFINITY].map(formatEvidence)).toEqual(['1.23', 'none']);
});

test('a ratio says how uncertain it is, also where a bound is open', () => {
  expect(formatRatio(1.2, { low: 0.81, high: 1.78 })).toBe('1.20 (0.81 to 1.78)');
  expect(formatRatio(4, { low: 1.5, high: null })).toBe('4.00 (1.50 to …)');
  expect(formatRatio(null, { low: null, high: null })).toBe('unknown');
});

test('an instant of another day says which', () => {
  const nowMs = new Date(2026, 2, 14, 12).getTime();
  expect(formatInstant(nowMs - 60_000, nowMs)).not.toMatch(/26/);
  expect(formatInstant(nowMs - 86_400_000, nowMs)).toMatch(/26/);
});
