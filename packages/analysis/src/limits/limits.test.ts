import { expect, test } from 'vitest';
import { findLimitsFlaws, type MetricLimits } from './limits.ts';

const fieldsOf = (limits: MetricLimits) => findLimitsFlaws(limits).map(({ field }) => field);
const good: MetricLimits = { failureCondition: 'result > 0.01', intervalMs: 60_000, count: 3, failureLimit: 1 };

test('limits as Argo has them are taken', () => {
  expect(findLimitsFlaws(good)).toEqual([]);
  expect(findLimitsFlaws({ successCondition: 'result[0] >= 0.95' })).toEqual([]);
});

test('limits without a condition would never find anything', () => {
  expect(fieldsOf({ intervalMs: 60_000 })).toEqual(['failureCondition']);
});

test('a number that was not read is refused, and does not stop the metric in silence', () => {
  expect(fieldsOf({ ...good, initialDelayMs: Number.NaN, intervalMs: 0.5 })).toEqual(['intervalMs', 'initialDelayMs']);
});

test('a condition that does not read is told with its place', () => {
  expect(findLimitsFlaws({ failureCondition: 'result >> 1' })).toEqual([
    { field: 'failureCondition', detail: expect.stringMatching(/at \d+/) },
  ]);
});
