import { expect, test } from 'vitest';
import type { LimitsVerdict } from './assess-metric.ts';
import { assessRun, type RunMetric } from './assess-run.ts';

function metric(name: string, verdict: LimitsVerdict, other: Partial<RunMetric> = {}): RunMetric {
  return { name, mode: 'decide', assessment: { verdict, detail: `it is ${verdict}` }, isInFlight: false, ...other };
}

const going = { isStopped: false };

test('the first harm ends a run: siblings are given up, and none of them is successful for it', () => {
  const run = assessRun(
    [metric('slow', 'running', { isInFlight: true }), metric('late', 'pending'), metric('errors', 'failed')],
    going,
  );
  expect(run.verdict).toBe('failed');
  expect(run.detail).toBe('errors: it is failed');
  expect(run.metrics.map(({ verdict }) => verdict)).toEqual(['inconclusive', 'terminated', 'failed']);
});

test('a run is successful when all that decides is', () => {
  expect(assessRun([metric('a', 'successful'), metric('b', 'running')], going).verdict).toBe('running');
  expect(assessRun([metric('a', 'successful'), metric('b', 'no_data')], going).verdict).toBe('no_data');
  expect(assessRun([metric('a', 'successful'), metric('b', 'successful')], going).verdict).toBe('successful');
});

test('a dry run is counted, and neither harms nor holds', () => {
  const run = assessRun([metric('errors', 'successful'), metric('memory', 'failed', { mode: 'observe' })], going);
  expect(run).toMatchObject({ verdict: 'successful', observed: { failed: 1 } });
  const stuck = metric('memory', 'pending', { mode: 'observe' });
  expect(assessRun([metric('errors', 'successful'), stuck], going).verdict).toBe('successful');
});

test('a large enough sample is no health, and too small a one is no harm', () => {
  const sample = (verdict: LimitsVerdict) => metric('requests', verdict, { mode: 'sample' });
  expect(assessRun([sample('successful')], going).verdict).toBe('no_data');
  expect(assessRun([sample('inconclusive'), metric('errors', 'successful')], going).verdict).toBe('inconclusive');
  expect(assessRun([sample('inconclusive'), metric('errors', 'failed')], going).verdict).toBe('failed');
});

test('a run that was stopped is terminated, unless something worse was known', () => {
  const stopped = { isStopped: true };
  expect(assessRun([], stopped).verdict).toBe('terminated');
  expect(assessRun([metric('a', 'running'), metric('b', 'successful')], stopped).verdict).toBe('terminated');
  expect(assessRun([metric('a', 'running', { isInFlight: true })], stopped).verdict).toBe('terminated');
  expect(assessRun([metric('a', 'running'), metric('b', 'failed')], stopped).verdict).toBe('failed');
});

test('a run of nothing says nothing', () => {
  expect(assessRun([], going).verdict).toBe('no_data');
});
