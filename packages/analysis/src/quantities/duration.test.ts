import { describe, expect, test } from 'vitest';
import { formatDuration, formatElapsed, parseDuration } from './duration.ts';

describe('a duration', () => {
  test.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['24h', 86_400_000],
    ['7d', 604_800_000],
    ['250ms', 250],
    ['0s', 0],
  ])('%s is %i ms', (text, durationMs) => {
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each(['', '10', '10 m', '1.5h', '-1s', '1h30m', 'm', '10M', '10sec', '1e3s'])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test.each([
    [0, '0s'],
    [250, '250ms'],
    [1_500, '1500ms'],
    [30_000, '30s'],
    [90_000, '90s'],
    [600_000, '10m'],
    [86_400_000, '24h'],
    [604_800_000, '7d'],
  ])('%i ms reads %s, and can be typed again', (durationMs, text) => {
    expect(formatDuration(durationMs)).toBe(text);
    expect(parseDuration(text)).toBe(durationMs);
  });

  test.each([
    [-5, '0s'],
    [999, '0s'],
    [83_400, '1m 23s'],
    [3_600_000, '1h'],
    [3_605_000, '1h'],
    [90_000_000, '1d 1h'],
  ])('a clock at %i ms shows %s', (durationMs, text) => {
    expect(formatElapsed(durationMs)).toBe(text);
  });
});
