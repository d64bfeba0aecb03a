import { expect, test } from 'vitest';
import { assessEndingRun, type EndingRunMetric } from './assess-ending-run.ts';
import type { EndingVerdict } from './ending-metric.ts';

function metric(name: string, verdict: EndingVerdict, other: Partial<EndingRunMetric> = {}): EndingRunMetric {
  return { name, mode: 'decide', assessment: { verdict, detail: `it is ${verdict}` }, isInFlight: false, ...other };
}

const going = { isStopped: false };

test('the first harm ends a run: siblings are given up, and none of them is successful for it', () => {
  const run = assessEndingRun(
    [metric('slow', 'running', { isInFlight: true }), metric('late', 'pending'), metric('errors', 'failed')],
    going,
  );
  expect(run.verdict).toBe('failed');
  expect(run.detail).toBe('errors: it is failed');
  expect(run.metrics.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'terminated', 'failed']);
});

test('a run is successful when all that decides is', () => {
  expect(assessEndingRun([metric('a', 'successful'), metric('b', 'running')], going).verdict).toBe('running');
  expect(assessEndingRun([metric('a', 'successful'), metric('b', 'no_data')], going).verdict).toBe('no_data');
  expect(assessEndingRun([metric('a', 'successful'), metric('b', 'successful')], going).verdict).toBe('successful');
});

test('a dry run is counted, and neither harms nor holds', () => {
  const run = assessEndingRun([metric('errors', 'successful'), metric('memory', 'failed', { mode: 'observe' })], going);
  expect(run).toMatchObject({ verdict: 'successful', observed: { failed: 1 } });
  const stuck = metric('memory', 'pending', { mode: 'observe' });
  expect(assessEndingRun([metric('errors', 'successful'), stuck], going).verdict).toBe('successful');
});

test('a large enough sample is no health, and too small a one is no harm', () => {
  const sample = (verdict: EndingVerdict) => metric('requests', verdict, { mode: 'sample' });
  expect(assessEndingRun([sample('successful')], going).verdict).toBe('no_data');
  expect(assessEndingRun([sample('inconclusive'), metric('errors', 'successful')], going).verdict).toBe('inconclusive');
  expect(assessEndingRun([sample('inconclusive'), metric('errors', 'failed')], going).verdict).toBe('failed');
});

test('a run that was stopped is terminated, unless something worse was known', () => {
  const stopped = { isStopped: true };
  expect(assessEndingRun([], stopped).verdict).toBe('terminated');
  expect(assessEndingRun([metric('a', 'running'), metric('b', 'successful')], stopped).verdict).toBe('terminated');
  expect(assessEndingRun([metric('a', 'running', { isInFlight: true })], stopped).verdict).toBe('terminated');
  expect(assessEndingRun([metric('a', 'running'), metric('b', 'failed')], stopped).verdict).toBe('failed');
});

test('a run of nothing says nothing', () => {
  expect(assessEndingRun([], going).verdict).toBe('no_data');
});
