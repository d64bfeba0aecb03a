import { describe, expect, test } from 'vitest';
import {
  alphaOption,
  countOption,
  durationOption,
  guardOption,
  jsonObjectOption,
  repeated,
  stagesOption,
} from './parse-option.ts';

describe('options', () => {
  test('stages are percents with or without the sign', () => {
    expect(stagesOption('1,5,25,50,100')).toEqual([10_000, 50_000, 250_000, 500_000, 1_000_000]);
    expect(stagesOption('0.5%, 100%')).toEqual([5_000, 1_000_000]);
    expect(() => stagesOption('1,,100')).toThrow('Expected percents');
    expect(() => stagesOption('')).toThrow('Expected percents');
  });

  test('guards are metrics with an optional weight, and may be repeated', () => {
    expect(guardOption('run-errors')).toEqual([{ metric: 'run-errors', weight: 1 }]);
    expect(guardOption('slow-runs:0.5', [{ metric: 'run-errors', weight: 1 }])).toEqual([
      { metric: 'run-errors', weight: 1 },
      { metric: 'slow-runs', weight: 0.5 },
    ]);
  });

  test.each(['', ':2', 'a:', 'a:0', 'a:-1', 'a:x', 'a:1:2', 'a:Infinity'])('the guard %j is refused', (text) => {
    expect(() => guardOption(text)).toThrow('Expected a metric');
  });

  test.each(['0', '-1', '1.5', '1e3', ' 1', '', '9999999999'])('the count %j is refused', (text) => {
    expect(() => countOption(text)).toThrow('Expected a whole number');
  });

  test.each(['0', '0.6', '-0.1', 'x', 'NaN'])('the alpha %j is refused', (text) => {
    expect(() => alphaOption(text)).toThrow('Expected a number');
  });

  test.each(['', '{', 'null', '[]', '"u1"', '1'])('the context %j is refused', (text) => {
    expect(() => jsonObjectOption(text)).toThrow('Expected a JSON object');
  });

  test('what is well-formed is read', () => {
    expect(durationOption('10m')).toBe(600_000);
    expect(() => durationOption('10 minutes')).toThrow('Expected a duration');
    expect(countOption('250')).toBe(250);
    expect(alphaOption('0.01')).toBe(0.01);
    expect(jsonObjectOption('{"targetingKey":"u1"}')).toEqual({ targetingKey: 'u1' });
    expect(repeated('b', ['a'])).toEqual(['a', 'b']);
  });
});
