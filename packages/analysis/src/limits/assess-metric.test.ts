import { expect, test } from 'vitest';
import { assessMetric } from './assess-metric.ts';
import type { MeasurementVerdict } from './judge-measurement.ts';
import type { MetricLimits } from './limits.ts';
import { addMeasurement, EMPTY_TALLY } from './tally.ts';

const T0 = 1_700_000_000_000;
const MINUTE_MS = 60_000;

/** One a minute. */
function tallyOf(...verdicts: readonly MeasurementVerdict['verdict'][]) {
  return verdicts.reduce(
    (tally, verdict, index) =>
      addMeasurement(tally, { verdict, detail: '', isPermanent: false }, { atMs: T0 + index * MINUTE_MS }),
    EMPTY_TALLY,
  );
}

function assess(limits: MetricLimits, ...verdicts: readonly MeasurementVerdict['verdict'][]) {
  const nowMs = T0 + verdicts.length * MINUTE_MS;
  return assessMetric({ intervalMs: MINUTE_MS, ...limits }, tallyOf(...verdicts), { nowMs }).verdict;
}

test('a limit of one allows one failure and fails at the second', () => {
  expect(assess({ failureLimit: 1 }, 'failed', 'successful')).toBe('successful');
  expect(assess({ failureLimit: 1 }, 'failed', 'successful', 'failed')).toBe('failed');
});

test('failures in a row are forgiven by a success, and not by missing data or an error', () => {
  const limits = { failureLimit: 1, failureMode: 'consecutive' } as const;
  expect(assess(limits, 'failed', 'successful', 'failed')).toBe('running');
  expect(assess(limits, 'failed', 'successful', 'failed', 'successful')).toBe('successful');
  expect(assess(limits, 'failed', 'no_data', 'failed')).toBe('failed');
  expect(assess(limits, 'failed', 'error', 'failed')).toBe('failed');
});

test('an outage of four answers is no verdict, and the fifth in a row is an error, never a failure', () => {
  expect(assess({}, 'error', 'error', 'error', 'error')).toBe('running');
  expect(assess({}, 'error', 'error', 'error', 'error', 'error')).toBe('error');
  expect(assess({}, 'error', 'error', 'successful', 'error', 'error', 'error')).toBe('running');
});

test('with a budget, errors last for so long, however many they are', () => {
  const limits = { errorBudgetMs: 6 * MINUTE_MS };
  const errors = Array.from({ length: 6 }, () => 'error' as const);
  expect(assess(limits, ...errors)).toBe('running');
  expect(assess(limits, ...errors, 'error')).toBe('error');
});

test('an error that waits for a person does not wait for its limit', () => {
  const lost = { verdict: 'error', detail: 'auth: no key', isPermanent: true } as const;
  const tally = addMeasurement(EMPTY_TALLY, lost, { atMs: T0 });
  expect(assessMetric({}, tally, { nowMs: T0 })).toEqual({
    verdict: 'error',
    detail: 'auth: no key',
  });
});

test('a metric beyond several limits has the worst of their verdicts', () => {
  const errors = Array.from({ length: 5 }, () => 'error' as const);
  expect(assess({}, 'inconclusive', 'failed', ...errors)).toBe('failed');
  expect(assess({}, 'inconclusive', ...errors)).toBe('error');
  expect(assess({}, 'inconclusive', 'successful')).toBe('inconclusive');
});

test('missing data is no measurement: it fills no count and breaks a row of successes', () => {
  expect(assess({ count: 2 }, 'successful', 'no_data')).toBe('no_data');
  expect(assess({ count: 2 }, 'successful', 'no_data', 'successful')).toBe('successful');
  expect(assess({ consecutiveSuccessLimit: 2 }, 'successful', 'no_data', 'successful')).toBe('running');
});

test('only a good measurement lets anything rise, whatever the limits allow', () => {
  expect(assess({ count: 2, failureLimit: -1 }, 'failed', 'failed')).toBe('running');
  expect(assess({ failureLimit: 1 }, 'successful', 'failed')).toBe('running');
  expect(assess({}, 'successful', 'error')).toBe('running');
  expect(assess({ inconclusiveLimit: 1 }, 'successful', 'inconclusive')).toBe('running');
});

test('success is no end: what is measured after it counts too', () => {
  expect(assess({ count: 2 }, 'successful', 'successful')).toBe('successful');
  expect(assess({ count: 2 }, 'successful', 'successful', 'failed')).toBe('failed');
  expect(assess({ consecutiveSuccessLimit: 2 }, 'successful', 'successful', 'error')).toBe('running');
});

test('an outage is told in one word, however its answers differ', () => {
  const down = (message: string) => ({
    verdict: 'error' as const,
    detail: `unavailable: ${message}`,
    errorClass: 'unavailable' as const,
    isPermanent: false,
  });
  const told = (message: string) =>
    assessMetric({}, addMeasurement(EMPTY_TALLY, down(message), { atMs: T0 }), { nowMs: T0 }).detail;
  expect(told('request 1')).toBe('The last measurement is an error: unavailable.');
  expect(told('request 2')).toBe(told('request 1'));
});

test('an error ends with the next answer, and a person is not needed for it', () => {
  const outage = Array.from({ length: 9 }, () => 'error' as const);
  expect(assess({}, 'successful', ...outage)).toBe('error');
  expect(assess({}, 'successful', ...outage, 'successful')).toBe('successful');
});

test('a good measurement is no evidence for ever: when no other follows, there is no data', () => {
  const measured = tallyOf('successful');
  const limits = { intervalMs: MINUTE_MS };
  expect(assessMetric(limits, measured, { nowMs: T0 + 2 * MINUTE_MS }).verdict).toBe('successful');
  expect(assessMetric(limits, measured, { nowMs: T0 + 3 * MINUTE_MS }).verdict).toBe('no_data');
});
