import { expect, test } from 'vitest';
import type { MeasurementVerdict } from '../judge-measurement.ts';
import type { MetricLimits } from '../limits.ts';
import { addMeasurement, EMPTY_TALLY, type MetricTally } from '../tally.ts';
import { assessEndingMetric } from './ending-metric.ts';

const MINUTE_MS = 60_000;

function assess(limits: MetricLimits, ...verdicts: readonly MeasurementVerdict['verdict'][]) {
  const metric = { limits: { intervalMs: MINUTE_MS, ...limits }, tally: tallyOf(...verdicts) };
  return assessEndingMetric(metric, { nowMs: verdicts.length * MINUTE_MS, isStopped: false }).verdict;
}

function tallyOf(...verdicts: readonly MeasurementVerdict['verdict'][]): MetricTally {
  return verdicts.reduce<MetricTally>(
    (tally, verdict, index) =>
      addMeasurement(tally, { verdict, detail: '', isPermanent: false }, { atMs: index * MINUTE_MS }),
    EMPTY_TALLY,
  );
}

test('it is over when its count is reached, and not before', () => {
  expect(assess({ count: 2 }, 'successful')).toBe('running');
  expect(assess({ count: 2 }, 'successful', 'successful')).toBe('successful');
  expect(assess({}, 'successful', 'successful', 'successful')).toBe('running');
});

test('a limit of one allows one failure and fails at the second', () => {
  expect(assess({ failureLimit: 1 }, 'failed', 'successful')).toBe('running');
  expect(assess({ failureLimit: 1 }, 'failed', 'successful', 'failed')).toBe('failed');
});

test('without a single success there is none in the end, whatever is allowed', () => {
  expect(assess({ count: 2, failureLimit: -1 }, 'failed', 'failed')).toBe('inconclusive');
});

test('what is stopped before its verdict is terminated, and after it keeps it', () => {
  const stopped = { nowMs: 0, isStopped: true };
  expect(assessEndingMetric({ limits: {}, tally: EMPTY_TALLY }, stopped).verdict).toBe('terminated');
  expect(assessEndingMetric({ limits: { count: 1 }, tally: tallyOf('successful') }, stopped).verdict).toBe(
    'successful',
  );
});
