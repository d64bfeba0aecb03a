import { expect, test } from 'vitest';
import type { MetricLimits } from './limits.ts';
import { nextMeasurementAtMs } from './next-measurement.ts';
import { addMeasurement, EMPTY_TALLY, type MetricTally } from './tally.ts';

const T0 = 1_700_000_000_000;
const limits: MetricLimits = { failureCondition: 'result > 1', intervalMs: 60_000 };

function after(verdict: 'successful' | 'failed' | 'error' | 'no_data', tally = EMPTY_TALLY, retryAfterMs?: number) {
  const asked = retryAfterMs === undefined ? {} : { retryAfterMs };
  return addMeasurement(tally, { verdict, detail: '', isPermanent: false }, { atMs: T0, ...asked });
}

/** Seconds from the last answer to the next measurement. */
const waitS = (tally: MetricTally, of: MetricLimits = limits) =>
  (nextMeasurementAtMs({ limits: of, tally }, T0) - T0) / 1_000;

test('a metric is measured at the start, and then an interval after each end', () => {
  expect(waitS(EMPTY_TALLY)).toBe(0);
  expect(waitS(after('successful'))).toBe(60);
  expect(waitS(after('no_data'))).toBe(60);
  expect(waitS(after('successful'), { failureCondition: 'result > 1' })).toBe(60);
});

test('it is measured on after any verdict: what is served is watched', () => {
  expect(waitS(after('failed'))).toBe(60);
  expect(waitS(after('successful'), { ...limits, count: 1 })).toBe(60);
});

test('an initial delay counts from the start', () => {
  expect(waitS(EMPTY_TALLY, { ...limits, initialDelayMs: 20_000 })).toBe(20);
});

test('errors are tried again soon, then less and less soon, and never before the provider asked', () => {
  const once = after('error');
  expect(waitS(once)).toBe(10);
  expect(waitS(after('error', once))).toBe(20);
  expect(waitS(Array.from({ length: 30 }).reduce<MetricTally>((tally) => after('error', tally), once))).toBe(60);
  expect(waitS(after('error', EMPTY_TALLY, 90_000))).toBe(90);
  expect(waitS(once, { ...limits, intervalMs: 2_000 })).toBe(2);
});
