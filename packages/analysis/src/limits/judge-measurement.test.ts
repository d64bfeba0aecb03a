import { describe, expect, test } from 'vitest';
import { judgeMeasurement } from './judge-measurement.ts';
import { type MeasuredValue, VALUES_MAX } from './measurement.ts';

const ok = (value: MeasuredValue) => ({ status: 'ok', value }) as const;
const both = { successCondition: 'result >= 0.99', failureCondition: 'result < 0.9' };

test('between both conditions nothing is decided', () => {
  const verdicts = [0.99, 0.95, 0.89].map((value) => judgeMeasurement(both, ok(value)).verdict);
  expect(verdicts).toEqual(['successful', 'inconclusive', 'failed']);
});

test('a single condition leaves nothing between', () => {
  expect(judgeMeasurement({ successCondition: 'result > 1' }, ok(1)).verdict).toBe('failed');
  expect(judgeMeasurement({ failureCondition: 'result > 1' }, ok(1)).verdict).toBe('successful');
});

test('a value at the limit is within it', () => {
  expect(judgeMeasurement({ failureCondition: 'result > 0.05' }, ok(0.05)).verdict).toBe('successful');
});

test('when both hold, failure wins', () => {
  const contrary = { successCondition: 'true', failureCondition: 'true' };
  expect(judgeMeasurement(contrary, ok(1)).verdict).toBe('failed');
});

describe('what is not known is neither good nor bad', () => {
  test.each<[string, MeasuredValue]>([
    ['nothing', null],
    ['no series', []],
    ['series without a value', [null, null]],
    ['NaN', Number.NaN],
    ['NaN in one of several series', [1, Number.NaN]],
  ])('%s is no data', (_, value) => {
    for (const source of ['isNaN(result)', 'true', 'false']) {
      expect(judgeMeasurement({ successCondition: source }, ok(value)).verdict).toBe('no_data');
      expect(judgeMeasurement({ failureCondition: source }, ok(value)).verdict).toBe('no_data');
    }
  });

  test('infinity is malformed, however deep it lies', () => {
    const value = { shares: [0.1, { of: Number.POSITIVE_INFINITY }] };
    expect(judgeMeasurement({ successCondition: 'true' }, ok(value))).toMatchObject({
      verdict: 'error',
      detail: 'malformed: The answer has an infinite value.',
    });
  });

  test('more values than anybody can mean are malformed', () => {
    const value = Array.from({ length: VALUES_MAX + 1 }, () => 0);
    expect(judgeMeasurement({ failureCondition: 'any(result, # > 1)' }, ok(value)).verdict).toBe('error');
  });
});

test('a condition that cannot be heard is an error, even beside one that holds', () => {
  const unheard = { successCondition: 'true', failureCondition: 'result.errors > 1' };
  expect(judgeMeasurement(unheard, ok(1)).verdict).toBe('error');
});

test('an error that waits for a person is told from one that passes', () => {
  const fail = (errorClass: 'timeout' | 'auth' | 'bad_query') =>
    judgeMeasurement(both, { status: 'error', class: errorClass, message: 'no' }).isPermanent;
  expect([fail('timeout'), fail('auth'), fail('bad_query')]).toEqual([false, true, true]);
});
